#!/usr/bin/env python3
"""A tour through the simulated vCenter with pyvmomi, VMware's own Python client, asserting what comes back.

    pip install pyvmomi && python tests/clients/pyvmomi_tour.py http://127.0.0.1:8989 user pass

The demo's VMs must be there and tasks should be short. Prints one line per step; the first wrong answer ends it with 1.
"""

import sys
import time
from urllib.parse import urlparse

from pyVim.connect import Connect, Disconnect
from pyVmomi import vim, vmodl


def step(text):
    print(text, flush=True)


def check(condition, text):
    if not condition:
        raise SystemExit(f"WRONG: {text}")


def connect(url, user, password):
    parts = urlparse(url)
    # A negative port means plain HTTP to pyvmomi.
    port = -parts.port if parts.scheme == "http" else parts.port
    return Connect(host=parts.hostname, port=port, user=user, pwd=password, version="vim.version.v8_0_3_0")


def collect(content, kind, paths, page):
    """All objects of a kind with these properties, read in pages of `page`."""
    view = content.viewManager.CreateContainerView(content.rootFolder, [kind], True)
    query = vmodl.query.PropertyCollector
    follow = query.TraversalSpec(name="view", path="view", skip=False, type=vim.view.ContainerView)
    spec = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[follow])],
        propSet=[query.PropertySpec(type=kind, all=False, pathSet=paths)],
    )
    collector = content.propertyCollector
    result = collector.RetrievePropertiesEx([spec], query.RetrieveOptions(maxObjects=page))
    objects, pages = [], 0
    while result:
        pages += 1
        check(len(result.objects) <= page, "a page is no larger than asked for")
        objects += result.objects
        result = collector.ContinueRetrievePropertiesEx(result.token) if result.token else None
    view.Destroy()
    return {o.obj._moId: {p.name: p.val for p in o.propSet} for o in objects}, pages


def wait(content, task):
    """Follows a task by WaitForUpdatesEx. Returns its end and every percentage on the way."""
    query = vmodl.query.PropertyCollector
    collector = content.propertyCollector.CreatePropertyCollector()
    collector.CreateFilter(
        query.FilterSpec(
            objectSet=[query.ObjectSpec(obj=task)],
            propSet=[query.PropertySpec(type=vim.Task, pathSet=["info"])],
        ),
        False,
    )
    version, seen, end = "", [], time.time() + 60
    while time.time() < end:
        update = collector.WaitForUpdatesEx(version, query.WaitOptions(maxWaitSeconds=30))
        check(update is not None, "a running task has news within 30 seconds")
        version = update.version
        for change in [c for f in update.filterSet for o in f.objectSet for c in o.changeSet]:
            info = change.val
            if info.progress is not None:
                seen.append(info.progress)
            if info.state in ("success", "error"):
                collector.Destroy()
                return info, seen
    raise SystemExit("WRONG: the task did not end")


def expect(fault, call):
    try:
        call()
    except fault as error:
        return error
    raise SystemExit(f"WRONG: {fault.__name__} was expected")


def done(content, task):
    info, _ = wait(content, task)
    check(info.state == "success", f"{info.descriptionId} ended by {info.error}")
    return info


def names(nodes):
    return [(node.name, names(node.childSnapshotList)) for node in nodes]


def main():
    url, user, password = sys.argv[1:4]
    expect(vim.fault.InvalidLogin, lambda: connect(url, user, password + "x"))
    service = connect(url, user, password)
    content = service.RetrieveContent()
    step(f"logged in: {content.about.fullName}")
    check(content.about.apiType == "VirtualCenter" and content.about.apiVersion == "8.0.3.0", "it is a vCenter")
    session = content.sessionManager.currentSession
    # Whatever was typed, a vCenter shows the canonical name.
    account = f"VSPHERE.LOCAL\\{user}"
    check(session.userName == account, "the session is ours")
    check(abs(service.CurrentTime().timestamp() - time.time()) < 5, "its clock is right")

    wanted = ["name", "runtime.powerState", "snapshot", "config.template", "guest.toolsRunningStatus", "parent"]
    vms, pages = collect(content, vim.VirtualMachine, wanted, 7)
    check(len(vms) >= 10 and pages == -(-len(vms) // 7), f"{len(vms)} VMs came in {pages} pages")
    by_name = {}
    for moref, vm in vms.items():
        by_name.setdefault(vm["name"], []).append(vim.VirtualMachine(moref, service._stub))
    check(len(by_name["web-02"]) == 2, "web-02 is there twice")
    step(f"read {len(vms)} VMs in {pages} pages")

    db = by_name["db-01"][0]
    tree = db.snapshot.rootSnapshotList
    check(names(tree) == [("before schema change", [("after import", [("before index rebuild", [])])])], "db-01's tree")
    age = service.CurrentTime() - tree[0].createTime
    check(age.days == 40, f"db-01's oldest snapshot is {age.days} days old")

    web = by_name["web-01"][0]
    check(web.guest.toolsRunningStatus == "guestToolsRunning", "web-01 has Tools")
    task = web.CreateSnapshotEx_Task("first %25 /", "by pyvmomi & <friends>", False, vim.vm.GuestQuiesceSpec(timeout=15))
    check("CreateSnapshotEx_Task" in web.disabledMethod, "a busy VM says so")
    busy = expect(vim.fault.TaskInProgress, lambda: web.CreateSnapshot_Task("x", "", False, False))
    check(busy.task == task, "and which task has it")
    info, percents = wait(content, task)
    check(info.state == "success" and info.descriptionId == "VirtualMachine.createSnapshot", "taken")
    check(percents == sorted(percents) and len(set(percents)) >= 3, f"percentages {percents}")
    check(info.entity == web and info.entityName == "web-01" and info.reason.userName == account, "the task is told")
    first = info.result
    check(web.snapshot.currentSnapshot == first and web.rootSnapshot == [first], "it is the current one")
    node = web.snapshot.rootSnapshotList[0]
    check(node.name == "first %25 %2f" and node.description == "by pyvmomi & <friends>", f"stored as {node.name!r}")
    check(node.quiesced and node.state == "poweredOff", "quiesced, without memory")
    step(f"took a snapshot, percentages {percents}")

    second = done(content, web.CreateSnapshot_Task("second", "", True, False)).result
    layout = {entry.key._moId: entry for entry in web.layoutEx.snapshot}
    check(layout[first._moId].memoryKey == -1 and layout[second._moId].memoryKey != -1, "only the second has memory")
    check(len(layout[second._moId].disk[0].chain) == 2, "its chain has two links")
    first.RenameSnapshot(name="renamed", description="anew")
    check(names(web.snapshot.rootSnapshotList) == [("renamed", [("second", [])])], "renamed")
    check(first.childSnapshot == [second] and second.vm == web, "snapshots know each other")
    step("took one with memory and renamed the other")

    done(content, first.RevertToSnapshot_Task())
    check(web.runtime.powerState == "poweredOff" and web.snapshot.currentSnapshot == first, "reverted, off")
    expect(vim.fault.InvalidPowerState, lambda: web.PowerOffVM_Task())
    done(content, second.RevertToSnapshot_Task(suppressPowerOn=False))
    check(web.runtime.powerState == "poweredOn", "reverted to memory, on")
    done(content, web.PowerOffVM_Task())
    done(content, web.PowerOnVM_Task())
    done(content, web.RevertToCurrentSnapshot_Task())
    step("reverted twice and once to the current one, off and on again")

    done(content, first.RemoveSnapshot_Task(removeChildren=False))
    check(names(web.snapshot.rootSnapshotList) == [("second", [])], "the child moved up")
    expect(vmodl.fault.ManagedObjectNotFound, lambda: first.RevertToSnapshot_Task())
    done(content, web.RemoveAllSnapshots_Task())
    check(web.snapshot is None and web.rootSnapshot == [], "all are gone")
    done(content, web.RemoveAllSnapshots_Task())
    step("deleted one and all")

    legacy = by_name["legacy-01"][0]
    info, _ = wait(content, legacy.CreateSnapshot_Task("x", "", True, False))
    check(isinstance(info.error, vim.fault.MemorySnapshotOnIndependentDisk), f"memory: {info.error}")
    info, _ = wait(content, legacy.CreateSnapshot_Task("x", "", False, True))
    check(isinstance(info.error, vim.fault.ApplicationQuiesceFault), f"quiesce: {info.error}")
    modes = [d.backing.diskMode for d in legacy.config.hardware.device if isinstance(d, vim.vm.device.VirtualDisk)]
    check(modes == ["persistent", "independent_persistent"], f"disk modes {modes}")

    deep = by_name["deep-01"][0]
    done(content, deep.CreateSnapshot_Task("31", "", False, False))
    done(content, deep.CreateSnapshot_Task("32", "", False, False))
    info, _ = wait(content, deep.CreateSnapshot_Task("33", "", False, False))
    check(isinstance(info.error, vim.fault.TooManySnapshotLevels), f"levels: {info.error}")
    expect(vim.fault.InvalidName, lambda: web.CreateSnapshot_Task("x" * 81, "", False, False))
    expect(vim.fault.InvalidName, lambda: web.CreateSnapshot_Task("", "", False, False))
    step("was refused what vCenter refuses")

    needs = by_name["needs-consolidation-01"][0]
    check(needs.runtime.consolidationNeeded and len(needs.layoutEx.disk[0].chain) == 2, "needs consolidation")
    room = done(content, needs.EstimateStorageForConsolidateSnapshots_Task()).result
    check(room > 1 << 30, f"estimated {room}")
    done(content, needs.ConsolidateVMDisks_Task())
    check(not needs.runtime.consolidationNeeded and len(needs.layoutEx.disk[0].chain) == 1, "consolidated")

    task = web.CreateSnapshot_Task("never", "", False, False)
    task.CancelTask()
    info, _ = wait(content, task)
    check(isinstance(info.error, vmodl.fault.RequestCanceled) and web.snapshot is None, f"cancel: {info.error}")
    expect(vim.fault.InvalidState, lambda: task.CancelTask())
    task = db.snapshot.rootSnapshotList[0].snapshot.RemoveSnapshot_Task(True)
    expect(vmodl.fault.NotSupported, lambda: task.CancelTask())
    done(content, task)
    check(db.snapshot is None, "the whole chain is gone")
    step("consolidated, cancelled, deleted with children")

    by_entity = vim.TaskFilterSpec.ByEntity(entity=web, recursion="self")
    history = content.taskManager.CreateCollectorForTasks(vim.TaskFilterSpec(entity=by_entity))
    told = [task.descriptionId for task in history.ReadNextTasks(100)]
    check(told[:2] == ["VirtualMachine.createSnapshot"] * 2 and told.count("vm.Snapshot.revert") == 3, f"history {told}")
    check(len(history.latestPage) == 10, "the latest page has ten")
    history.DestroyCollector()
    check(len(web.recentTask) == len(told), "recentTask has them too")

    wanted = ["VirtualMachine.State.CreateSnapshot", "Global.CancelTask"]
    held = content.authorizationManager.HasPrivilegeOnEntities([web, db], session.key, wanted)
    check([[p.isGranted for p in e.privAvailability] for e in held] == [[True, True], [True, True]], "privileges")

    search = content.searchIndex
    check(search.FindByInventoryPath("DC1/vm/web/web-01") == web, "found by path")
    check(search.FindByUuid(None, web.config.instanceUuid, True, True) == web, "found by instance UUID")
    check(search.FindChild(web.parent, "web-01") == web and search.FindByInventoryPath("DC1/vm/nothing") is None, "found")
    query = vmodl.query.PropertyCollector
    wrong = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=web)],
        propSet=[query.PropertySpec(type=vim.VirtualMachine, pathSet=["runtime.nonsense"])],
    )
    error = expect(vmodl.query.InvalidProperty, lambda: content.propertyCollector.RetrieveContents([wrong]))
    check(error.name == "runtime.nonsense", "it names the path")
    gone = vim.VirtualMachine("vm-999999", service._stub)
    expect(vmodl.fault.ManagedObjectNotFound, lambda: gone.name)
    step("asked about tasks, privileges, paths")

    Disconnect(service)
    expect(vim.fault.NotAuthenticated, lambda: web.name)
    step("logged out")


main()
