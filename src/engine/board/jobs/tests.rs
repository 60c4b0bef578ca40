use async_trait::async_trait;

use super::*;
use crate::engine::ports::ChatError;
use crate::message::model::{Card, Tone};
use crate::message::words::Locale;

/// A platform with room for so many edits and posts.
struct Narrow(std::sync::Mutex<(usize, usize)>);

#[async_trait]
impl Chat for Narrow {
    fn platform(&self) -> &'static str {
        "narrow"
    }

    fn slot(&self, _: &ChannelId, what: Sending) -> Option<Duration> {
        let mut room = self.0.lock().unwrap();
        let left = match what {
            Sending::Post => &mut room.0,
            Sending::Edit | Sending::Progress => &mut room.1,
        };
        if *left == 0 {
            return Some(Duration::from_secs(7));
        }
        *left -= 1;
        None
    }

    async fn post(&self, _: &ChannelId, _: &RequestId, _: bool, _: &Card) -> Result<MessageId, ChatError> {
        Err(ChatError::Never("it is only asked for room".to_owned()))
    }

    async fn edit(&self, _: &ChannelId, _: &MessageId, _: &Card) -> Result<(), ChatError> {
        Err(ChatError::Never("it is only asked for room".to_owned()))
    }
}

fn job(channel: &str, progress: bool, title: &str) -> Job {
    let card = Card {
        locale: Locale::En,
        tone: Tone::Running,
        tone_word: "running".to_owned(),
        title: title.to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    };
    let channel = channel.into();
    Job { channel, posted: None, restore: false, tried: false, progress, last: !progress, card }
}

fn id(bits: u32) -> RequestId {
    RequestId::from_bits(bits)
}

fn picked(jobs: &mut Jobs, chat: &Narrow, busy: &[&str]) -> Result<String, Option<Duration>> {
    let busy = busy.iter().map(|channel| ChannelId::from(*channel)).collect();
    match jobs.pick(Duration::ZERO, &HashMap::new(), &busy, chat) {
        Pick::Go(_, job) => Ok(job.card.title),
        Pick::Wait(wait) => Err(wait),
    }
}

#[test]
fn what_somebody_waits_for_goes_before_progress_and_the_newest_is_shown() {
    let (mut jobs, chat) = (Jobs::default(), Narrow(std::sync::Mutex::new((9, 9))));
    assert!(!jobs.put(id(1), job("a", true, "48 %")));
    assert!(!jobs.put(id(2), job("a", false, "question")));
    assert!(jobs.put(id(1), job("a", true, "50 %")), "the older one is seen by nobody");
    assert!(!jobs.put(id(3), job("a", false, "end")));
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "question");
    assert_eq!(picked(&mut jobs, &chat, &["a"]), Err(None), "one at a time in a channel");
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "end");
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "50 %");
    assert_eq!(picked(&mut jobs, &chat, &[]), Err(None));
}

#[test]
fn without_room_it_waits_and_stays() {
    let (mut jobs, chat) = (Jobs::default(), Narrow(std::sync::Mutex::new((1, 0))));
    jobs.put(id(1), job("a", false, "first"));
    jobs.put(id(2), job("b", false, "second"));
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "first");
    assert_eq!(picked(&mut jobs, &chat, &[]), Err(Some(Duration::from_secs(7))));
    chat.0.lock().unwrap().0 = 1;
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "second");
}

#[test]
fn what_is_put_back_comes_first_again_unless_there_is_something_newer() {
    let (mut jobs, chat) = (Jobs::default(), Narrow(std::sync::Mutex::new((9, 9))));
    jobs.put(id(1), job("a", false, "first"));
    jobs.put(id(2), job("a", false, "second"));
    let Pick::Go(request, first) = jobs.pick(Duration::ZERO, &HashMap::new(), &HashSet::new(), &chat) else {
        panic!("there is room");
    };
    jobs.put_back(request.clone(), Job { tried: true, ..*first });
    jobs.not_before(&request, Duration::from_secs(3));
    assert_eq!(picked(&mut jobs, &chat, &[]).unwrap(), "second", "it was put off");
    assert_eq!(picked(&mut jobs, &chat, &[]), Err(Some(Duration::from_secs(3))));
    jobs.put(request, job("a", false, "newer"));
    let now = Duration::from_secs(3);
    let Pick::Go(_, shown) = jobs.pick(now, &HashMap::new(), &HashSet::new(), &chat) else {
        panic!("its time has come");
    };
    assert!(shown.tried && shown.card.title == "newer");
}
