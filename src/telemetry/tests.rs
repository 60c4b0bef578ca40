use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use super::*;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is logged of two lines under this filter.
fn logged(format: LogFormat, filter: Option<&str>) -> String {
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = subscriber(format, filter, false, move || writer.clone()).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(target: "snapwarden::engine", request = "R-7KQ2", "started");
        tracing::info!(target: "hyper", "connected");
    });
    let bytes = buffer.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn our_own_lines_are_logged_and_others_only_when_asked_for() {
    let text = logged(LogFormat::Text, None);
    assert!(text.contains("started request=\"R-7KQ2\""), "{text}");
    assert!(!text.contains("connected"), "{text}");
    assert!(logged(LogFormat::Text, Some(" ")).contains("started"), "an empty variable is none");
    assert!(logged(LogFormat::Text, Some("info")).contains("connected"));
    assert_eq!(logged(LogFormat::Text, Some("off")), "");
}

#[test]
fn a_json_line_is_one_object() {
    let line = logged(LogFormat::Json, None);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["message"], "started");
    assert_eq!(value["request"], "R-7KQ2");
    assert_eq!(value["level"], "INFO");
}

#[test]
fn a_filter_that_cannot_be_read_names_its_variable() {
    let error = subscriber(LogFormat::Text, Some("snapwarden=loud"), false, std::io::stderr).err().unwrap();
    assert!(error.to_string().starts_with("SNAPWARDEN_LOG: expected a filter"), "{error}");
}

#[test]
fn figures_are_rendered_with_their_help() {
    let recorder = recorder().unwrap();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        describe();
        metrics::counter!(names::REQUESTS, "verb" => "take", "state" => "done").increment(2);
        metrics::gauge!(names::VMS, "vcenter" => "main").set(40.0);
        metrics::histogram!(names::TASK_TIME, "verb" => "revert", "result" => "success").record(20.0);
    });
    let page = handle.render();
    assert!(page.contains("# HELP snapwarden_requests_total Requests that ended"), "{page}");
    assert!(page.contains("snapwarden_requests_total{verb=\"take\",state=\"done\"} 2"), "{page}");
    assert!(page.contains("snapwarden_vms{vcenter=\"main\"} 40"), "{page}");
    assert!(page.contains("snapwarden_task_seconds_bucket{verb=\"revert\",result=\"success\",le=\"30\"} 1"), "{page}");
    assert!(page.contains("le=\"10\"} 0"), "{page}");
}

#[test]
fn names_follow_the_rules_of_prometheus() {
    for metric in names::ALL {
        assert!(metric.name.starts_with("snapwarden_"), "{}", metric.name);
        assert_eq!(metric.name.ends_with("_total"), metric.kind == Kind::Counter, "{}", metric.name);
        assert_eq!(metric.name.ends_with("_seconds"), metric.kind == Kind::Seconds, "{}", metric.name);
        assert_eq!(names::ALL.iter().filter(|other| other.name == metric.name).count(), 1, "{}", metric.name);
    }
}
