use super::*;

#[test]
fn the_oldest_are_forgotten() {
    let memory = Memory::new(2);
    for (key, thing) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
        memory.put(key, thing);
    }
    assert_eq!((memory.get(&"a"), memory.get(&"b"), memory.get(&"c")), (None, Some(2), Some(4)));
    assert_eq!((memory.put("c", 5), memory.put("d", 6)), (Some(4), None));
}
