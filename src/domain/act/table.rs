//! One list, from which an enum and the table of its rows are made.
//!
//! A variant without a row, or a row without a variant, cannot be written: that is why the lists of this module are macros and not an
//! enum beside an array.

/// `Variant "word" { fields of the row }`, as often as needed. The word is what people type, what configurations and audit lines hold,
/// and how the variant is stored.
macro_rules! table {
    ($(#[$meta:meta])* $name:ident, $row:ident { $($(#[$doc:meta])* $variant:ident $word:literal { $($field:tt)* })* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in the order in which people see them.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word of this one.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The row of this one.
            pub const fn spec(self) -> &'static $row {
                match self { $(Self::$variant => const { &$row { $($field)* } },)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use table;
