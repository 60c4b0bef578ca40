//! Who somebody is to the console of `run`: whoever has a person's token.

use std::sync::{Arc, PoisonError, RwLock};

use axum::http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use crate::chat::console::{self, ApiError};
use crate::config::Config;
use crate::domain::ids::PersonId;

/// Everybody's `console_token`, as it is now.
#[derive(Clone)]
pub(super) struct Tokens(Arc<RwLock<Vec<(PersonId, SecretString)>>>);

impl Tokens {
    pub(super) fn of(config: &Config) -> Self {
        Self(Arc::new(RwLock::new(config.console_tokens.clone())))
    }

    /// Takes those of another configuration.
    pub(super) fn replace(&self, config: &Config) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = config.console_tokens.clone();
    }

    /// Reads who somebody is off the password of HTTP Basic, or off a bearer token.
    pub(super) fn sign_in(&self) -> console::SignIn {
        let tokens = self.clone();
        Arc::new(move |headers: &HeaderMap| tokens.person(headers))
    }

    fn person(&self, headers: &HeaderMap) -> Result<PersonId, ApiError> {
        let tokens = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let given = headers.get(axum::http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = given.and_then(token_of);
        let found = token.and_then(|token| {
            tokens.iter().find(|(_, theirs)| same(theirs.expose_secret().as_bytes(), token.as_bytes()))
        });
        found.map(|(person, _)| person.clone()).ok_or_else(|| {
            let hint = "Sign in with your console token as the password (HTTP Basic) or as a bearer token.";
            ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "You are not signed in.", hint)
        })
    }
}

fn token_of(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(base64(value.trim())?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// Compares without an early end, so that time tells nothing about how much of it was right.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}

/// Reads base64 as browsers send it. Small enough not to want a library of its own.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6) | u32::from(digit(byte)?);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
