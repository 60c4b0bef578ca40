//! What `snapwarden check` is told of one thing that an adapter looked at.

/// How one thing looks, in words for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// As it should.
    Ok(String),
    /// It works, but.
    Doubtful(String),
    /// It does not work: what to do.
    Wrong(String),
    /// The platform does not answer.
    Away(String),
}
