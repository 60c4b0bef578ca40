//! The page and its files: a shell rendered here, drawn further by a few small scripts that are embedded as they are.
//!
//! The shell has a dozen holes, so it is filled by one function that escapes whatever goes in, instead of by a template crate.
//! Messages travel as JSON in a data block (a script that no browser runs), because the scripts have to draw cards anyway
//! and two drawers would drift apart; whoever runs no scripts reads their plain text. The page's words lie in one file for both.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{self, App};
use super::extract::Reader;
use super::grammar::GRAMMAR;
use super::view::{self, Where};
use super::{ApiError, Channel, snapshots};
use crate::domain::policy::Person;
use crate::message::words::Locale;

/// The shell: `{{name}}` is a hole, `{{w:key}}` a word of the page.
const SHELL: &str = include_str!("static/page.html");

/// The Snapshots page's shell, with the same holes.
const SNAPSHOTS: &str = include_str!("static/snapshots.html");

/// The page's words by language and key. The bot's own words come with the messages.
const WORDS: &str = include_str!("static/words.json");

/// The languages that the page speaks; the first is for everybody else.
const LANGUAGES: [&str; 2] = ["en", "fr"];

/// What lies under `/static`: name, type, content.
const FILES: [(&str, &str, &str); 13] = [
    ("console.css", "text/css; charset=utf-8", include_str!("static/console.css")),
    ("console.js", SCRIPT, include_str!("static/console.js")),
    ("snapshots.css", "text/css; charset=utf-8", include_str!("static/snapshots.css")),
    ("snapshots.js", SCRIPT, include_str!("static/snapshots.js")),
    ("rows.js", SCRIPT, include_str!("static/rows.js")),
    ("frame.js", SCRIPT, include_str!("static/frame.js")),
    ("base.js", SCRIPT, include_str!("static/base.js")),
    ("cards.js", SCRIPT, include_str!("static/cards.js")),
    ("composer.js", SCRIPT, include_str!("static/composer.js")),
    ("grammar.js", SCRIPT, include_str!("static/grammar.js")),
    ("machines.js", SCRIPT, include_str!("static/machines.js")),
    ("theme.js", SCRIPT, include_str!("static/theme.js")),
    ("icon.svg", "image/svg+xml", include_str!("static/icon.svg")),
];

/// The type of a script.
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The words, read once. A test holds that the file is whole; a broken one would show keys instead of words.
static PARSED_WORDS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(WORDS).unwrap_or_default());

/// What a link to the page may say. Whatever is not there is replaced by the first there is.
#[derive(Deserialize)]
pub(super) struct PageQuery {
    r#as: Option<String>,
    channel: Option<String>,
    lang: Option<String>,
}

/// `GET /`
pub(super) async fn page(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Response {
    let query = query.map_or(PageQuery { r#as: None, channel: None, lang: None }, |Query(query)| query);
    let people = app.people(&reader);
    let channels = app.channels(&reader);
    let person = chosen(&people, query.r#as.as_deref(), |person| person.id.as_str());
    let channel = chosen(channels, query.channel.as_deref(), |channel| channel.id.as_str());
    let lang = language(query.lang.as_deref(), &headers);
    let kept = match channel {
        Some(channel) => match app.hidden(&reader, &channel.id).await {
            Ok(hidden) => app.console.read(&channel.id, &hidden),
            Err(error) => return error.into_response(),
        },
        None => Vec::new(),
    };
    let place = Where::Channel(channel.map_or("", |channel| &channel.id));
    let messages: Vec<_> = kept.iter().map(|kept| view::message(kept, place, person)).collect();
    let plain: String = messages.iter().fold(String::new(), |mut all, message| {
        // Writing into a string cannot fail.
        let _ = write!(all, "<article><pre>{}</pre></article>", escaped(message.plain()));
        all
    });
    let initial = json!({
        "demo": app.options.demo(),
        "lang": lang,
        "people": people.iter().map(api::shown).collect::<Value>(),
        "channels": channels,
        "person": person.map(|person| &person.id),
        "channel": channel.map(|channel| &channel.id),
        "messages": messages,
        "words": *PARSED_WORDS,
        "grammar": *GRAMMAR,
    });
    let html = fill(SHELL, lang, |hole| match hole {
        "lang" => lang.to_owned(),
        "demo" => if app.options.demo() { "yes" } else { "no" }.to_owned(),
        "channel" => escaped(channel.map_or("", |channel| channel.name.as_str())),
        "channels" => channel_links(channels, channel, person, lang),
        "fleet" => fleet_link(person, lang, false),
        "people" => people_choice(&people, person, lang),
        "plain" => plain.clone(),
        "initial" => data_block(&initial),
        _ => String::new(),
    });
    Html(html).into_response()
}

/// `GET /snapshots`
pub(super) async fn fleet(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    query: Result<Query<PageQuery>, QueryRejection>,
    wanted: Result<Query<snapshots::query::Query>, QueryRejection>,
) -> Response {
    let query = query.map_or(PageQuery { r#as: None, channel: None, lang: None }, |Query(query)| query);
    // An address that somebody mistyped still shows the page.
    let wanted = wanted.map_or_else(|_| snapshots::query::Query::default(), |Query(wanted)| wanted);
    let people = app.people(&reader);
    let channels = app.channels(&reader);
    let person = chosen(&people, query.r#as.as_deref(), |person| person.id.as_str());
    let lang = language(query.lang.as_deref(), &headers);
    let answer = match person {
        Some(person) => snapshots::answer(&app, person, Locale::of(lang), &wanted).await.ok(),
        None => None,
    };
    let initial = json!({
        "demo": app.options.demo(),
        "lang": lang,
        "people": people.iter().map(api::shown).collect::<Value>(),
        "channels": channels,
        "person": person.map(|person| &person.id),
        "channel": channels.first().map(|channel| &channel.id),
        "words": *PARSED_WORDS,
        "answer": answer,
    });
    let html = fill(SNAPSHOTS, lang, |hole| match hole {
        "lang" => lang.to_owned(),
        "demo" => if app.options.demo() { "yes" } else { "no" }.to_owned(),
        "channels" => channel_links(channels, None, person, lang),
        "fleet" => fleet_link(person, lang, true),
        "people" => people_choice(&people, person, lang),
        "initial" => data_block(&initial),
        _ => String::new(),
    });
    Html(html).into_response()
}

/// `GET /static/{file}`
pub(super) async fn file(name: Result<Path<String>, PathRejection>) -> Result<Response, ApiError> {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let found = FILES.iter().find(|(file, _, _)| *file == name);
    let (_, kind, content) = found.ok_or_else(|| {
        ApiError::not_found("unknown_file", format!("There is no file \"{name}\"."), "Open / instead.")
    })?;
    Ok(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "no-cache")], *content).into_response())
}

/// The wanted one, or the first.
fn chosen<'a, T>(all: &'a [T], wanted: Option<&str>, id: impl Fn(&T) -> &str) -> Option<&'a T> {
    all.iter().find(|one| Some(id(one)) == wanted).or(all.first())
}

/// The language that a link names, else the first that the browser prefers and the page speaks.
fn language(wanted: Option<&str>, headers: &HeaderMap) -> &'static str {
    let preferred = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = wanted.into_iter().chain(preferred.split(',').map(str::trim));
    tags.filter_map(|tag| {
        let primary = tag.split(['-', '_', ';']).next().unwrap_or_default();
        LANGUAGES.into_iter().find(|language| language.eq_ignore_ascii_case(primary))
    })
    .next()
    .unwrap_or(LANGUAGES[0])
}

/// Fills a shell. What is not closed is left as it stands.
fn fill(shell: &str, lang: &str, hole: impl Fn(&str) -> String) -> String {
    let mut parts = shell.split("{{");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or(("", part));
        match name.strip_prefix("w:") {
            Some(key) => html.push_str(&escaped(PARSED_WORDS[lang][key].as_str().unwrap_or(key))),
            None => html.push_str(&hole(name)),
        }
        html.push_str(rest);
    }
    html
}

/// The channels as links. They keep who reads and in which language also where no script changes them.
fn channel_links(channels: &[Channel], current: Option<&Channel>, person: Option<&Person>, lang: &str) -> String {
    let link = |channel: &Channel| {
        let here = if Some(channel) == current { " aria-current=\"page\"" } else { "" };
        let (id, name) = (escaped(&channel.id), escaped(&channel.name));
        let href = format!("/?channel={}{}", view::encoded(&channel.id), reader_of(person, lang));
        format!(
            "<li><a class=\"channel\" href=\"{href}\" data-channel=\"{id}\"{here}><bdi>{name}</bdi>\
             <span class=\"unread\" hidden></span></a></li>"
        )
    };
    channels.iter().map(link).collect()
}

/// The way to the Snapshots page.
fn fleet_link(person: Option<&Person>, lang: &str, here: bool) -> String {
    let current = if here { " aria-current=\"page\"" } else { "" };
    let word = escaped(PARSED_WORDS[lang]["fleet"].as_str().unwrap_or_default());
    format!(
        "<li><a class=\"channel fleet\" id=\"fleet\" href=\"/snapshots?{}\"{current}><span data-w=\"fleet\">{word}</span></a></li>",
        reader_of(person, lang).trim_start_matches("&amp;")
    )
}

/// The end of a link's query, escaped for an attribute.
fn reader_of(person: Option<&Person>, lang: &str) -> String {
    let person = person.map_or_else(String::new, |person| format!("&amp;as={}", view::encoded(person.id.as_str())));
    format!("{person}&amp;lang={lang}")
}

fn people_choice(people: &[Person], current: Option<&Person>, lang: &str) -> String {
    let choice = |(number, person): (usize, &Person)| {
        let checked = if Some(person) == current { " checked" } else { "" };
        let groups: Vec<&str> = person.groups.iter().map(|group| group.as_str()).collect();
        // Changed with the page's other words when the reader switches the language.
        let (groups, word) = match groups.is_empty() {
            true => (PARSED_WORDS[lang]["no_group"].as_str().unwrap_or_default().to_owned(), " data-w=\"no_group\""),
            false => (groups.join(", "), ""),
        };
        let initial: String = person.name.chars().take(1).flat_map(char::to_uppercase).collect();
        format!(
            "<label class=\"person\"><input type=\"radio\" name=\"person\" value=\"{id}\"{checked}>\
             <span class=\"face face-{face}\" aria-hidden=\"true\">{initial}</span>\
             <span class=\"who\"><bdi>{name}</bdi><small{word}>{groups}</small></span></label>",
            id = escaped(person.id.as_str()),
            face = number % 6,
            initial = escaped(&initial),
            name = escaped(&person.name),
            groups = escaped(&groups),
        )
    };
    people.iter().enumerate().map(choice).collect()
}

/// Text for HTML, also between double quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// JSON that nothing in it can end early: inside a script element only `<` and `&` could mean something to a parser.
fn data_block(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests;
