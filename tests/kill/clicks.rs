//! A yes, and the process is killed between the click's arrival and its commit, or right after: the yes is written down, or
//! whoever clicked was not told that it is, and the card still waits for it.
//!
//! When to kill is hunted for: kills that come too late make the next one earlier and the other way round, so that most of
//! them fall around the commit, however fast the machine is. `SNAPWARDEN_KILLS=200` kills a real process each time; by default
//! 20 are real, and for the others the bot's whole runtime is dropped inside this process, on the same store on the disk.

use std::time::Duration;

use super::people::{People, Seen};
use super::points::{blocking, calls, numbered};
use super::process::{Process, configuration};
use crate::store::{Dice, rounds};
use crate::world::crashes;

/// How many kills there are in all.
const KILLS: u64 = 200;

/// So many of them are real, unless `SNAPWARDEN_KILLS` says otherwise. A start of the debug build takes a tenth of a second.
const REAL: u64 = 20;

/// So many bots are crashed beside each other.
const WORLDS: u64 = 3;

/// What a kill left of a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is written down, and whoever clicked was told so.
    Confirmed,
    /// It is written down, and the answer did not get through.
    Unheard,
    /// It is not written down: whoever clicked was told nothing, and the card waits.
    Waits,
}

impl Fate {
    /// What became of a click that was answered with success or not, by the request as it is after the restart.
    pub(crate) fn of(answered: bool, request: &serde_json::Value) -> Self {
        let approvals = request["approvals"].as_array().unwrap_or_else(|| panic!("no request: {request}"));
        match (answered, approvals.len()) {
            (true, 1) => Self::Confirmed,
            (false, 1) => Self::Unheard,
            (false, 0) => {
                assert_eq!(request["state"], "awaiting_approval", "neither written down nor waiting: {request}");
                Self::Waits
            }
            (true, 0) => panic!("a click was confirmed and is not written down: {request}"),
            (_, more) => panic!("{more} approvals of one person: {request}"),
        }
    }
}

/// Hunts for the moment of the commit.
pub(crate) struct Hunter {
    dice: Dice,
    /// The kill comes at a random moment within this after the click.
    window: Duration,
    /// What came of every kill so far.
    pub(crate) fates: Vec<Fate>,
}

impl Hunter {
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: Dice(seed), window: Duration::from_millis(8), fates: Vec::new() }
    }

    /// When to kill, counted from the click.
    pub(crate) fn moment(&mut self) -> Duration {
        self.window.mul_f64(self.dice.below(1000) as f64 / 1000.0)
    }

    /// What came of it: too late means earlier the next time.
    pub(crate) fn learn(&mut self, fate: Fate) {
        let shrunk = match fate {
            Fate::Confirmed | Fate::Unheard => 0.85,
            Fate::Waits => 1.2,
        };
        self.window = self.window.mul_f64(shrunk).clamp(Duration::from_micros(200), Duration::from_secs(1));
        self.fates.push(fate);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_is_written_down_or_nobody_is_told_that_it_is() {
    let real = rounds("SNAPWARDEN_KILLS", REAL).min(KILLS);
    let seed = rounds("SNAPWARDEN_SEED", 1);
    let within = KILLS - real;
    let share = |world: u64| within / WORLDS + u64::from(world < within % WORLDS);
    let crashed = futures_util::future::join_all((0..WORLDS).map(|world| crashes(share(world), seed + world)));
    let (mut fates, crashed) = tokio::join!(kills(real, seed + WORLDS), crashed);
    fates.extend(crashed.into_iter().flatten());
    let count = |wanted: Fate| fates.iter().filter(|fate| **fate == wanted).count();
    told!(
        "{} kills between click and commit, {real} of a process with kill -9 and {within} of a bot within this one: {} clicks \
         written down and confirmed, {} written down and not answered, {} not written down, not answered and asked for again; \
         {} of {} recorded or told",
        fates.len(),
        count(Fate::Confirmed),
        count(Fate::Unheard),
        count(Fate::Waits),
        fates.len(),
        fates.len(),
    );
    assert_eq!(fates.len() as u64, KILLS);
    assert!(count(Fate::Waits) > 0, "no kill came before the commit");
    assert!(count(Fate::Unheard) + count(Fate::Confirmed) > 0, "no kill came after the commit");
}

/// Kills a process so many times, each in the middle of another click.
async fn kills(count: u64, seed: u64) -> Vec<Fate> {
    if count == 0 {
        return Vec::new();
    }
    let count = usize::try_from(count).unwrap();
    let home = tempfile::tempdir().unwrap();
    let vcenter = blocking(move || Process::vcenter(2 * count + 20, 0.1)).await;
    let file = home.path().join("snapwarden.toml");
    std::fs::write(&file, configuration(&vcenter, &home.path().join("store"))).unwrap();
    let start = async || {
        let file = file.clone();
        blocking(move || Process::bot(&file, None)).await
    };
    let mut bot = start().await;
    let people = People::at(&bot, Seen::default());
    people.until_ready().await.unwrap();
    let mut cards = Vec::new();
    for vm in numbered(2 * count + 20).into_iter().take(count) {
        let asked = people.ask(&format!("/snapshot revert {vm} #1")).await.unwrap();
        cards.push((asked["request"].as_str().unwrap_or_else(|| panic!("{vm}: {asked}")).to_owned(), vm));
    }
    let mut hunter = Hunter::new(seed);
    for (request, _) in &cards {
        let people = People::at(&bot, Seen::default());
        let approve = people.until_button(request, "approve").await.unwrap();
        let clicked = { tokio::spawn(async move { people.press("bob", &approve).await.is_ok() }) };
        let answered = killed_after(hunter.moment(), clicked, async || bot.kill()).await;
        bot = start().await;
        let people = People::at(&bot, Seen::default());
        let told = people.read(&format!("/api/requests/{request}")).await.unwrap();
        hunter.learn(Fate::of(answered, &told));
    }
    // Who was told nothing clicks again, and that counts.
    let people = People::at(&bot, Seen::default());
    people.until_ready().await.unwrap();
    for ((request, _), fate) in cards.iter().zip(&hunter.fates) {
        if *fate == Fate::Waits {
            let approve = people.until_button(request, "approve").await.unwrap();
            people.press("bob", &approve).await.unwrap();
        }
        let told = people.read(&format!("/api/requests/{request}")).await.unwrap();
        assert_eq!(told["approvals"].as_array().map(Vec::len), Some(1), "{told}");
    }
    let calls = calls(&vcenter.url).await;
    for (_, vm) in &cards {
        let count = calls.iter().filter(|(of, _)| of == vm).count();
        assert!(count <= 1, "{count} changes of {vm}");
    }
    hunter.fates
}

/// Waits for a click that long, then ends the bot. Whether the click was answered with success, then or on its way.
pub(crate) async fn killed_after(
    moment: Duration,
    mut clicked: tokio::task::JoinHandle<bool>,
    kill: impl AsyncFnOnce(),
) -> bool {
    let early = tokio::time::timeout(moment, &mut clicked).await;
    kill().await;
    match early {
        Ok(answered) => answered.unwrap(),
        Err(_) => clicked.await.unwrap(),
    }
}
