//! A vCenter that goes silent, comes back, or refuses a login: how soon that is noticed, by a clock that the test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::SignedDuration;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Health, ReadError, VCenter};
use snapwarden::vcenter::{Client, VCenterConfig};
use snapwarden_sim::faults::{FaultPlan, Rule, Trouble};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::live::{Live, config};
use super::simulated::Peer;

/// A wire to a peer that swallows everything while it is told to. What it swallowed is gone.
async fn wire(to: &str) -> (String, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (to, swallows) = (to.trim_start_matches("http://").to_owned(), Arc::new(AtomicBool::new(false)));
    let switch = swallows.clone();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(&to).await.unwrap();
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(pass(near_in, far_out, switch.clone()));
            tokio::spawn(pass(far_in, near_out, switch.clone()));
        }
    });
    (url, swallows)
}

async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, swallows: Arc<AtomicBool>) {
    let mut some = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut some).await {
        if swallows.load(Ordering::Relaxed) {
            // A connection that lost something once never goes on.
            return std::future::pending().await;
        }
        if to.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

/// Moves the clock on by seconds until the health is as wanted; how many that took.
async fn seconds_until(live: &mut Live, clock: &ManualClock, wanted: impl Fn(&Health) -> bool) -> u32 {
    for seconds in 0..120 {
        // So that what is on its way arrives within the second.
        let _ = tokio::time::timeout(Duration::from_millis(50), live.until_health(&wanted)).await;
        if wanted(&live.client.health()) {
            return seconds;
        }
        clock.advance(SignedDuration::from_secs(1));
    }
    panic!("it stays {:?}", live.client.health())
}

fn is_lost(health: &Health) -> bool {
    matches!(health, Health::Lost { .. })
}

fn is_live(health: &Health) -> bool {
    *health == Health::Live
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-22T14:05:00Z".parse().unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_swallows_everything_is_noticed_and_the_return_too() {
    let (peer, clock) = (Peer::plain(1, 0).await, clock());
    let (url, swallows) = wire(&peer.url).await;
    let mut live = Live::start_by(config(&url), clock.clone()).await;
    let vm = live.vm(0).vm.clone();
    swallows.store(true, Ordering::Relaxed);
    let read = {
        let client = live.client.clone();
        tokio::spawn(async move { client.survey(&vm.moref).await })
    };
    let noticed = seconds_until(&mut live, &clock, is_lost).await;
    assert!(noticed <= 15, "{noticed} s");
    assert!(matches!(read.await.unwrap(), Err(ReadError::Unreachable(_))), "who waits for an answer hears of it, too");
    // Our clock is set back while vCenter is away, and vCenter forgets its sessions: neither delays anything.
    clock.advance(SignedDuration::from_secs(61));
    clock.set_back(SignedDuration::from_hours(1));
    peer.sim.forget_sessions();
    swallows.store(false, Ordering::Relaxed);
    let back = seconds_until(&mut live, &clock, is_live).await;
    assert!(back <= 5, "{back} s");
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_vcenter_forgot_is_no_loss() {
    let (peer, clock) = (Peer::plain(1, 0).await, clock());
    let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
    let before = peer.sim.calls().iter().filter(|call| call.method == "Login").count();
    // It has been a good session for a while: one that is refused as soon as it is opened is a loss.
    for _ in 0..12 {
        clock.advance(SignedDuration::from_secs(1));
        let seen = tokio::time::timeout(Duration::from_millis(20), live.until_health(is_lost)).await;
        assert!(seen.is_err(), "{seen:?}");
    }
    peer.sim.forget_sessions();
    let logins = || peer.sim.calls().iter().filter(|call| call.method == "Login").count() - before;
    for _ in 0..100 {
        clock.advance(SignedDuration::from_secs(1));
        let seen = tokio::time::timeout(Duration::from_millis(20), live.until_health(is_lost)).await;
        assert!(seen.is_err(), "{seen:?}");
        if logins() > 0 {
            break;
        }
    }
    assert_eq!(logins(), 1);
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_is_tried_once_by_all_commands_of_a_configuration_together() {
    for name in ["", "PasswordExpired"] {
        let peer = Peer::plain(1, 0).await;
        if !name.is_empty() {
            let trouble = Trouble::Fault { name: name.to_owned(), message: "expired".to_owned(), at_end: false };
            peer.sim.set_faults(FaultPlan::new([Rule { times: 0, ..Rule::once("*", "Login", trouble) }]));
        }
        let folder = tempfile::tempdir().unwrap();
        let client = |password: &str| {
            let config = VCenterConfig { password: password.into(), ..config(&peer.url) };
            Client::remembering(config, clock(), Some(folder.path())).unwrap()
        };
        for _ in 0..6 {
            let error = client("battery staple").about().await.unwrap_err();
            assert!(matches!(error, ReadError::Fault(_)), "{error}");
        }
        let logins = peer.sim.calls().iter().filter(|call| call.method == "Login").count();
        assert_eq!(logins, 1, "{name}");
        if name.is_empty() {
            client(super::peer::PASSWORD).about().await.unwrap();
        }
    }
}
