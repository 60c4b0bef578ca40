//! Which logins are tried after one was refused, here and in another process.

use super::*;
use crate::engine::clock::ManualClock;

fn guard(folder: Option<&Path>, user: &str) -> (Guard, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap()));
    let address = Address::of("https://vc.example.com".parse().unwrap()).unwrap();
    (Guard::new(folder, &address, user, clock.clone()), clock)
}

fn fault(name: &str) -> Fault {
    Fault { kind: FaultKind::of(name), name: name.to_owned(), message: "no".to_owned() }
}

async fn passes(guard: &Guard, interface: Interface, password: &str) -> bool {
    guard.enter(interface, &password.to_owned().into()).await.is_ok()
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again_by_another_process_and_another_password_is() {
    let folder = tempfile::tempdir().unwrap();
    let (first, clock) = guard(Some(folder.path()), "bot");
    let wrong: SecretString = "wrong".to_owned().into();
    let until = first.enter(Interface::Soap, &wrong).await.ok().unwrap().refused(&wrong, &fault("InvalidLogin"));
    assert_eq!(until, clock.now() + REFUSED_PAUSE);

    let (second, later) = guard(Some(folder.path()), "bot");
    let refusal = second.enter(Interface::Soap, &wrong).await.err().unwrap();
    assert_eq!((refusal.until, refusal.fault.name.as_str()), (until, "InvalidLogin"));
    assert!(passes(&second, Interface::Soap, "right").await, "a new password is tried at once");
    assert!(passes(&second, Interface::Rest, "wrong").await, "the other interface has its own verdict");
    assert!(passes(&guard(Some(folder.path()), "other").0, Interface::Soap, "wrong").await);
    later.advance(SignedDuration::from_mins(-60));
    let refusal = second.enter(Interface::Soap, &wrong).await.err().unwrap();
    assert_eq!(refusal.until, later.now() + REFUSED_PAUSE, "a clock that was set back prolongs nothing");
    later.advance(SignedDuration::from_mins(90));
    assert!(passes(&second, Interface::Soap, "wrong").await);

    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    let kept = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect::<String>();
    assert!(kept.contains("InvalidLogin") && !kept.contains("wrong"), "{kept}");
}

#[tokio::test]
async fn a_login_that_is_taken_forgets_what_was_refused_and_without_a_folder_the_process_remembers() {
    let (guard, _) = guard(None, "bot");
    let (wrong, right): (SecretString, SecretString) = ("wrong".to_owned().into(), "right".to_owned().into());
    guard.enter(Interface::Soap, &wrong).await.ok().unwrap().refused(&wrong, &fault("PasswordExpired"));
    assert!(!passes(&guard, Interface::Soap, "wrong").await);
    guard.enter(Interface::Soap, &right).await.ok().unwrap().taken();
    assert!(passes(&guard, Interface::Soap, "wrong").await);
}

#[tokio::test]
async fn an_expired_password_counts_like_a_wrong_one_and_an_unknown_fault_for_a_while() {
    for (name, pause) in [
        ("InvalidLogin", REFUSED_PAUSE),
        ("PasswordExpired", REFUSED_PAUSE),
        ("RestrictedByAdministrator", REFUSED_PAUSE),
        ("NoPermission", FAULT_PAUSE),
        ("SystemError", FAULT_PAUSE),
    ] {
        let (guard, clock) = guard(None, "bot");
        let password: SecretString = "p".to_owned().into();
        let until = guard.enter(Interface::Soap, &password).await.ok().unwrap().refused(&password, &fault(name));
        assert_eq!(until, clock.now() + pause, "{name}");
    }
}
