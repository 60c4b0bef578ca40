use super::super::id::Kind;
use super::*;

#[test]
fn an_object_is_reported_once_however_often_it_changed() {
    let (one, two) = (Id::new(Kind::Vm, 1), Id::new(Kind::Vm, 2));
    let mut changes = Changes::default();
    changes.touch(one);
    let seen = changes.counter();
    changes.touch(two);
    changes.touch(one);
    changes.touch(two);
    assert_eq!(changes.since(seen).collect::<Vec<_>>(), [one, two]);
    assert_eq!(changes.since(changes.counter()).count(), 0);
}

#[test]
fn sessions_and_percentages_are_not_worth_a_write() {
    let mut changes = Changes::default();
    changes.touch(Id::new(Kind::ContainerView, 3));
    changes.touch_in_passing(Id::new(Kind::Task, 1));
    assert_eq!((changes.counter(), changes.lasting()), (2, 0));
    changes.touch(Id::new(Kind::Task, 1));
    assert_eq!((changes.counter(), changes.lasting()), (3, 1));
}
