use super::super::id::Kind;
use super::*;

#[test]
fn a_fault_names_its_type_twice_and_is_escaped() {
    let fault = Fault::invalid_name("<a>", Id::new(Kind::Vm, 1));
    assert_eq!(
        fault.to_xml(),
        "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>The name '&lt;a&gt;' is invalid.\
             </faultstring><detail><InvalidNameFault xmlns=\"urn:vim25\" xsi:type=\"InvalidName\"><name>&lt;a&gt;</name>\
             <entity type=\"VirtualMachine\">vm-1</entity></InvalidNameFault></detail></soapenv:Fault>"
    );
}

#[test]
fn a_planned_fault_has_its_required_fields() {
    let vm = Id::new(Kind::Vm, 1);
    let fault = Fault::by_name("InvalidPowerState", "no", Some(vm));
    assert!(fault.to_xml().contains("<existingState>poweredOff</existingState>"));
    let fault = Fault::by_name("NoDiskSpace", "full", Some(vm));
    assert!(fault.to_xml().contains("<datastore></datastore>"), "{}", fault.to_xml());
}
