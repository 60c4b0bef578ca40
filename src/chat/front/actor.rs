//! Who did something, and what the engine is handed of it.

use std::collections::BTreeMap;

use crate::domain::ids::{Account, ChannelId, PersonId};
use crate::domain::policy::Policy;
use crate::engine::{Ask, Press};

/// Somebody who did something on a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) struct Actor {
    pub(in crate::chat) person: PersonId,
    pub(in crate::chat) account: Account,
    /// Their language, as the platform tells it.
    pub(in crate::chat) locale: Option<String>,
    /// The platform's own id of what they did, where it may be delivered again.
    pub(in crate::chat) once: Option<String>,
}

/// The person who has one of these accounts; the first that is known counts.
pub(in crate::chat) fn person(policy: &Policy, accounts: impl IntoIterator<Item = Account>) -> Option<PersonId> {
    accounts.into_iter().find_map(|account| policy.person_of(&account)).map(|person| person.id.clone())
}

/// The id of somebody who is not in the configuration. No rule knows it, so what they ask for is refused and written to the audit trail.
pub(in crate::chat) fn stranger(account: &Account) -> PersonId {
    PersonId::new(account.to_string())
}

impl Actor {
    /// They typed this.
    pub(in crate::chat) fn asks(self, channel: ChannelId, text: String) -> Ask {
        let Self { person, account, locale, once } = self;
        Ask { person, account, channel, text, locale, once }
    }

    /// They pressed what carries this token, with what they typed into its form.
    pub(in crate::chat) fn presses(self, token: String, inputs: BTreeMap<String, String>) -> Press {
        let Self { person, account, locale, once } = self;
        Press { person, account, token, inputs, locale, once }
    }
}

#[cfg(test)]
mod tests;
