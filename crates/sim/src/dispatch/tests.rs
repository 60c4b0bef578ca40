use std::collections::BTreeMap;

use super::super::schema::owners;
use super::*;

#[test]
fn the_methods_are_those_that_vim25_declares_here() {
    let own: BTreeMap<_, _> = METHODS.iter().map(|method| (method.name, method.owner)).collect();
    assert_eq!(own, owners().collect());
    assert_eq!(own.len(), METHODS.len(), "a method is there twice");
}
