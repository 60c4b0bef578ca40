//! Values are written as vCenter writes them, and property paths walk into them.

use super::super::id::Kind;
use super::*;

fn sample() -> Value {
    let disk = Data::derived("VirtualDisk").with("key", 2000).with("unitNumber", 0);
    let hardware = Data::new("VirtualHardware").with("numCPU", 2).with("device", Value::list("VirtualDevice", [disk]));
    Value::Data(Data::new("VirtualMachineConfigInfo").with("name", "a<b").with("hardware", hardware))
}

#[test]
fn values_are_written_as_vcenter_writes_them() {
    let mut out = String::new();
    sample().write_typed("val", &mut out);
    assert_eq!(
        out,
        "<val xsi:type=\"VirtualMachineConfigInfo\"><name>a&lt;b</name><hardware><numCPU>2</numCPU>\
         <device xsi:type=\"VirtualDisk\"><key>2000</key><unitNumber>0</unitNumber></device></hardware></val>"
    );
    out.clear();
    Value::refs([Id::new(Kind::Vm, 3)]).write_typed("val", &mut out);
    assert_eq!(
        out,
        "<val xsi:type=\"ArrayOfManagedObjectReference\"><ManagedObjectReference type=\"VirtualMachine\">vm-3\
         </ManagedObjectReference></val>"
    );
    out.clear();
    Value::texts(["x"]).write_typed("val", &mut out);
    assert_eq!(out, "<val xsi:type=\"ArrayOfString\"><string>x</string></val>");
}

proptest::proptest! {
    #[test]
    fn any_path_is_read_or_refused(path in "[a-b.\\[\\]\"é0-1]{0,20}") {
        if let Some(steps) = steps(&path) {
            let _ = sample().walk(&steps);
        }
    }
}

#[test]
fn paths_walk_into_values() {
    let walk = |path: &str| sample().walk(&steps(path).unwrap()).cloned();
    assert_eq!(walk("hardware.numCPU"), Some(Value::Int(2)));
    assert_eq!(walk("hardware.device[2000].unitNumber"), Some(Value::Int(0)));
    assert_eq!(walk("hardware.device[1].unitNumber"), None);
    assert_eq!(walk("hardware.device.unitNumber"), None);
    assert_eq!(walk("name.length"), None);
    for broken in ["", ".", "a.", ".a", "a[", "a[1]b", "a..b"] {
        assert_eq!(steps(broken), None, "{broken}");
    }
    assert_eq!(steps("a[\"b.c\"].d").unwrap()[0].key.as_deref(), Some("b.c"));
}
