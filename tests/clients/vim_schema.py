#!/usr/bin/env python3
"""Writes crates/sim/src/schema.txt: the part of the vim25 interface that the simulator speaks, as vSphere 8.0.3 declares it.

The facts (names, order, optionality of fields; parameters of methods; who derives from whom) come from the interface
description inside pyvmomi. Only what the simulator sends or accepts is kept.

    pip install pyvmomi && python tests/clients/vim_schema.py > crates/sim/src/schema.txt

Lines:
    managed NAME BASE FIELD...          a managed object type and its own properties
    data NAME BASE FIELD...             a data object type and its own fields, in the order of the wire
    enum NAME VALUE...
    method NAME TYPE RESULT FIELD...    a method that the simulator answers, its result ("-" for none), its parameters
    known NAME TYPE                     a method that vCenter has and the simulator has not
FIELD is name:type, with "?" before the colon where it may be absent, "*" where it is a list that may be absent and "+"
where it is a list. "@X" as type is a reference to a managed object of type X.
"""

import sys

from pyVmomi import VmomiSupport, vim, vmodl  # noqa: F401, the latter two fill the type tables

VERSION = "vim.version.v8_0_3_0"

MANAGED = """ManagedEntity ExtensibleManagedObject Folder StoragePod Datacenter VirtualMachine VirtualMachineSnapshot HostSystem
ComputeResource ClusterComputeResource ResourcePool VirtualApp Datastore Network OpaqueNetwork DistributedVirtualSwitch
VmwareDistributedVirtualSwitch DistributedVirtualPortgroup ServiceInstance PropertyCollector PropertyFilter SessionManager
ViewManager View ManagedObjectView ContainerView ListView InventoryView SearchIndex TaskManager Task HistoryCollector
TaskHistoryCollector EventHistoryCollector AuthorizationManager EventManager""".split()

METHODS = """RetrieveServiceContent CurrentTime Login Logout SessionIsActive RetrieveProperties RetrievePropertiesEx
ContinueRetrievePropertiesEx CancelRetrievePropertiesEx CreateFilter DestroyPropertyFilter CreatePropertyCollector
DestroyPropertyCollector WaitForUpdatesEx WaitForUpdates CheckForUpdates CancelWaitForUpdates CreateContainerView
CreateListView ModifyListView ResetListView DestroyView FindByInventoryPath FindByUuid FindAllByUuid FindChild FindByIp
FindByDnsName CreateSnapshot_Task CreateSnapshotEx_Task RevertToCurrentSnapshot_Task RemoveAllSnapshots_Task
ConsolidateVMDisks_Task EstimateStorageForConsolidateSnapshots_Task PowerOnVM_Task PowerOffVM_Task SuspendVM_Task
ShutdownGuest Rename_Task Destroy_Task RefreshStorageInfo RevertToSnapshot_Task RemoveSnapshot_Task RenameSnapshot CancelTask
CreateCollectorForTasks ReadNextTasks ReadPreviousTasks DestroyCollector ResetCollector RewindCollector
SetCollectorPageSize HasPrivilegeOnEntity HasPrivilegeOnEntities FetchUserPrivilegeOnEntities
RefreshDatastore RefreshDatastoreStorageInfo QueryEvents CreateCollectorForEvents ReadNextEvents ReadPreviousEvents""".split()

# Data object types that the simulator sends. What a parameter needs is added by itself, and every fault is listed.
DATA = """ServiceContent AboutInfo UserSession ObjectContent DynamicProperty MissingProperty RetrieveResult UpdateSet
PropertyFilterUpdate ObjectUpdate PropertyChange LocalizedMethodFault MissingObject
VirtualMachineConfigInfo VirtualMachineFlagInfo VirtualHardware VirtualMachineDefaultPowerOpInfo VirtualMachineFileInfo
ToolsConfigInfo VirtualDisk VirtualDiskFlatVer2BackingInfo VirtualLsiLogicSASController VirtualSCSIController
ParaVirtualSCSIController VirtualIDEController VirtualPCIController VirtualVmxnet3 VirtualEthernetCardNetworkBackingInfo
VirtualCdrom VirtualCdromRemotePassthroughBackingInfo VirtualDiskRawDiskMappingVer1BackingInfo VirtualPCIPassthrough
VirtualPCIPassthroughDeviceBackingInfo VirtualPCIPassthroughVmiopBackingInfo VirtualSriovEthernetCard
VirtualDeviceConnectInfo Description ElementDescription SharesInfo StorageIOAllocationInfo OptionValue ResourceAllocationInfo
VirtualMachineCapability VirtualMachineRuntimeInfo VirtualMachineSummary VirtualMachineConfigSummary
VirtualMachineStorageSummary VirtualMachineGuestSummary VirtualMachineQuickStats VirtualMachineStorageInfo
VirtualMachineUsageOnDatastore GuestInfo GuestNicInfo VirtualMachineSnapshotInfo VirtualMachineSnapshotTree
VirtualMachineFileLayoutEx VirtualMachineFileLayoutExFileInfo VirtualMachineFileLayoutExDiskLayout
VirtualMachineFileLayoutExDiskUnit VirtualMachineFileLayoutExSnapshotLayout TaskInfo TaskReasonUser TaskDescription TypeDescription TaskEvent
EventDescription EventDescriptionEventDetail VmEventArgument
HostListSummary HostHardwareSummary HostRuntimeInfo HostConfigSummary HostListSummaryQuickStats AboutInfo
ComputeResourceSummary ClusterComputeResourceSummary ResourcePoolSummary ResourcePoolRuntimeInfo ResourceConfigSpec
ResourcePoolResourceUsage ResourcePoolQuickStats ComputeResourceConfigInfo ClusterConfigInfoEx ClusterDasConfigInfo ClusterDrsConfigInfo
DatastoreSummary DatastoreInfo VmfsDatastoreInfo DatastoreCapability HostMountInfo DatastoreHostMount NetworkSummary DatacenterConfigInfo
EntityPrivilege PrivilegeAvailability UserPrivilegeResult PropertyFilterSpec
VirtualMachineGuestQuiesceSpec VirtualMachineWindowsQuiesceSpec TraversalSpec SelectionSpec""".split()

FAULTS = (vmodl.MethodFault,)


def spoken(version):
    """Whether 8.0.3 knows what came with this version."""
    return VmomiSupport.IsChildVersion(VERSION, version)


def wsdl(kind):
    """The wire's name of a pyvmomi type, without the list."""
    if issubclass(kind, list):
        kind = kind.Item
    if issubclass(kind, VmomiSupport.ManagedObject):
        return "@" + kind._wsdlName
    if kind is type or (issubclass(kind, str) and not issubclass(kind, VmomiSupport.Enum)):
        return "xsd:string"  # type, method and property names too
    namespace, name = VmomiSupport.GetQualifiedWsdlName(kind)
    if name in ("MethodName", "PropertyPath", "TypeName", "ID"):
        return "xsd:string"
    return ("xsd:" if "XMLSchema" in namespace else "") + name


def field(prop, owner=""):
    if wsdl(prop.type) == "MethodFault" and owner != "LocalizedMethodFault":
        # pyvmomi unwraps what the wire carries as LocalizedMethodFault.
        return f"{prop.name}{'?' if prop.flags & VmomiSupport.F_OPTIONAL else ''}:LocalizedMethodFault"
    optional = bool(prop.flags & VmomiSupport.F_OPTIONAL)
    many = issubclass(prop.type, list)
    mark = ("*" if optional else "+") if many else ("?" if optional else "")
    return f"{prop.name}{mark}:{wsdl(prop.type)}"


def own(kind):
    return [p for p in kind._propList if spoken(p.version)]


def load(name):
    for namespace in ("urn:vim25",):
        try:
            return VmomiSupport.GetWsdlType(namespace, name)
        except KeyError:
            pass
    raise SystemExit(f"no type {name}")


def every_fault():
    found = set()
    for (namespace, name), _ in list(VmomiSupport._wsdlTypeMap.items()) + list(VmomiSupport._wsdlDefMap.items()):
        if namespace != "urn:vim25" or name.startswith("ArrayOf"):
            continue
        try:
            kind = VmomiSupport.GetWsdlType(namespace, name)
        except Exception:
            continue
        if isinstance(kind, type) and issubclass(kind, FAULTS):
            found.add(name)
    return found


def main():
    data, enums, out = {}, {}, []
    queue = list(DATA) + sorted(every_fault())
    narrow = set(queue)

    for name in MANAGED:
        kind = load(name)
        base = kind.__mro__[1]._wsdlName
        out.append(" ".join(["managed", name, base] + [field(p) for p in own(kind)]))
        queue += [wsdl(p.type) for p in own(kind) if issubclass(p.type, VmomiSupport.Enum)]

    for name in MANAGED:
        for method in sorted(load(name)._methodInfo.values(), key=lambda m: m.wsdlName):
            if not spoken(method.version) or method.wsdlName == "Destroy":
                continue
            if method.wsdlName not in METHODS:
                out.append(f"known {method.wsdlName} {name}")
                continue
            result = "-" if method.result is VmomiSupport.NoneType else ("[]" if issubclass(method.result, list) else "") + wsdl(method.result)
            params = [p for p in method.params if spoken(p.version)]
            out.append(" ".join(["method", method.wsdlName, name, result] + [field(p) for p in params]))
            for p in params:
                if not wsdl(p.type).startswith(("@", "xsd:")):
                    queue.append(wsdl(p.type))
                    narrow.discard(wsdl(p.type))

    # Parameters are followed to the leaves; what is only sent is followed to its bases and enums.
    while queue:
        name = queue.pop(0)
        if name in data or name in enums or name.startswith(("@", "xsd:")) or name in ("ManagedObject", "ManagedObjectReference", *MANAGED):
            continue
        kind = load(name)
        if issubclass(kind, VmomiSupport.Enum):
            enums[name] = list(kind.values)
            continue
        base = getattr(kind.__mro__[1], "_wsdlName", "-")
        if name == "LocalizedMethodFault":
            base = "DynamicData"  # pyvmomi makes it an exception; on the wire it is a plain data object
        data[name] = (base, [field(p, name) for p in own(kind) if (name, p.name) != ("MethodFault", "msg")])
        if base not in ("-", "DynamicData", "DataObject"):
            queue.append(base)
        for p in own(kind):
            child = wsdl(p.type)
            if child.startswith(("@", "xsd:")):
                continue
            leaf = issubclass(p.type, VmomiSupport.Enum)
            if leaf or name not in narrow:
                queue.append(child)

    for name in sorted(data):
        base, fields = data[name]
        out.append(" ".join(["data", name, base] + fields))
    for name in sorted(enums):
        out.append(" ".join(["enum", name] + enums[name]))
    sys.stdout.write("# vim25 as vSphere 8.0.3 declares it, the part that the simulator speaks. Written by tests/clients/vim_schema.py.\n")
    sys.stdout.write("\n".join(out) + "\n")


main()
