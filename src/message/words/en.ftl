# Every sentence the bot says, in English. Names go in quotes, sizes carry "≈", nothing is shouted.

## Ages, tones and lists
age-now = just now
age-minutes = { $count } min old
age-hours = { $count ->
    [one] { $count } hour old
   *[other] { $count } hours old
}
age-days = { $count ->
    [one] { $count } day old
   *[other] { $count } days old
}
tone-info = info
tone-waiting = waiting
tone-running = running
tone-success = success
tone-warning = warning
tone-failure = failure
list-and = { $first } and { $last }
list-or = { $first } or { $last }

## Pictures
picture-title = Snapshots by age
picture-none = No snapshot at all
picture-warn = warning { $age }
picture-max = limit { $age }
picture-count = Snapshots: { $count }
picture-size = Size: { $size }
picture-unknown = not known yet
picture-alt = { $count ->
    [0] No snapshot.
    [one] One snapshot: { picture-ages }.
   *[other] { $written } snapshots: { picture-ages }.
}
picture-ages = { $warns ->
    [0] { $young } younger than { $max }, { $over } older
   *[1] { $young } younger than { $warn }, { $warned } from { $warn } to { $max }, { $over } older
}
picture-alt-count = In { $days } days from { $first } to { $last } snapshots.
picture-alt-size = Their size went from { $first } to { $last }.
table-alt = Every snapshot as a table, a line each: { $count }.

## Asking for an approval
ask = { $act ->
    [take] Take a snapshot of "{ $vm }" called "{ $snapshot }"?
    [revert] { $snapshot ->
        [0] Revert "{ $vm }"?
       *[other] Revert "{ $vm }" to "{ $snapshot }"?
    }
    [delete] { $snapshot ->
        [0] Delete a snapshot of "{ $vm }"?
       *[other] { ask-delete }
    }
    [delete-with-children] { $snapshot ->
        [0] Delete a snapshot of "{ $vm }" and everything below it?
       *[other] { $count ->
            [one] { ask-delete }
           *[other] Delete "{ $snapshot }" of "{ $vm }" and everything below it?
        }
    }
    [delete-all] { $count ->
        [0] Delete all snapshots of "{ $vm }"?
        [one] Delete the only snapshot of "{ $vm }"?
        [2] Delete both snapshots of "{ $vm }"?
       *[other] Delete all { $count } snapshots of "{ $vm }"?
    }
    [delete-older] { ask-delete-older }
    [consolidate] Consolidate the disks of "{ $vm }"?
    [edit] { $snapshot ->
        [0] Change a snapshot of "{ $vm }"?
       *[other] Change "{ $snapshot }" of "{ $vm }"?
    }
   *[power-on] Power on "{ $vm }"?
}
ask-delete = Delete "{ $snapshot }" of "{ $vm }"?
label-asked-by = Asked by
label-vm = VM
label-snapshot = Snapshot
label-lost = Lost
label-power = Power
label-goes = Goes
label-merge = Merge
label-mode = Mode
label-keep = Keep until
label-hold = On hold
label-your-reason = Your reason
label-when = When
label-description = Description
label-new-name = New name
label-new-description = New text
label-approved-by = Approved by
label-decides = Decides
label-caution = Caution
label-safety = Before
label-since = Since
label-reason = Reason
label-act = What
snapshot-place = { $of ->
    [1] the only one
   *[other] { $chain ->
        [0] { $number } of { $of } in the tree
       *[1] { $number } of { $of } in the chain
    }
}
snapshot-by = by @{ $person }
snapshot-memory = { $memory ->
    [0] without memory
   *[1] with memory
}
lost = { $snapshot ->
    [0] everything written since then
   *[other] everything written since "{ $snapshot }"
} { $bytes ->
    [0] (vCenter does not tell how much)
   *[other] ({ $bytes })
}
lost-since-then = everything written since then
goes-count = { $count ->
    [one] this snapshot, for good; the VM itself stays as it is
   *[other] { $count } snapshots, for good, the oldest { $age }; the VM itself stays as it is
}
goes-unread = for good; the VM itself stays as it is
goes-all = { $count ->
    [one] 1 snapshot, for good: "{ $names }", { $age }; the VM itself stays as it is
   *[other] { $count } snapshots, for good: { $names }, the oldest { $age }; the VM itself stays as it is
}
merge-bytes = { $bytes } into the disks
merge-leftover = { $bytes ->
    [0] what a deletion left behind; the VM may be slow meanwhile
   *[other] at most { $bytes } that a deletion left behind; the VM may be slow meanwhile
}
power-change = { $asked ->
    [1] { $becomes ->
        [same] suspended, and stays so (it is to stay off, and the snapshot holds its memory)
       *[other] { $before } now → suspended afterwards (it is to stay off, and the snapshot holds its memory)
    }
   *[0] { $becomes ->
        [same] { $before }, and stays so
        [off] { $before } now → off afterwards (the snapshot holds no memory)
       *[other] { $before } now → { $after } afterwards
    }
}
power-on = on
power-off = off
power-suspended = suspended
power-unknown = power state not readable
mode-asked = { $mode ->
    [disk] disks alone
    [quiesce] quiesced
   *[memory] with memory
}
mode-off = disks alone (the VM is off, which is the best moment)
mode-tools-running = quiesced (VMware Tools run)
mode-no-tools = disks alone (VMware Tools do not answer)
mode-tools-missing = disks alone (VMware Tools are not installed)
mode-cannot-quiesce = disks alone (this VM cannot be quiesced)
mode-suspended = { $mode ->
    [memory] with memory (the VM is suspended, and that is how it stands)
   *[other] disks alone (the VM is suspended, and its memory cannot be captured)
}
description-cleared = none any more
hold-released = { $person ->
    [0] not any more
   *[other] not any more; until now by @{ $person }: "{ $reason }"
}
decides = { $begun ->
    [0] { $needed ->
        [one] one of { $groups }
       *[other] { $needed } of { $groups }
    }{ $own ->
        [0] , not @{ $asker }
       *[1] , @{ $asker } too
    }
   *[1] { $needed ->
        [one] one more of { $groups }
       *[other] { $needed } more of { $groups }
    }{ $own ->
        [0] , not @{ $asker }
       *[1] {""}
    }
} · until { $until } ({ $left })
mention-more = and { $count } more
confirm-no = Not now
why-not-own = You asked for this, so somebody else decides.
why-not-twice = You have approved this; somebody else has to as well.
why-not-groups = Only { $groups } decide this.
approval-entry = @{ $person }, { $at }

## Warnings on a card
warn-independent-disk = { $act ->
    [take] { $device } is independent: a revert will not roll it back.
   *[other] { $device } is independent: it will not be rolled back.
}
warn-non-persistent-disk = { $act ->
    [take] { $device } is non-persistent: no snapshot holds it, and what is written to it is lost whenever the VM is powered off.
   *[other] { $powers-off ->
        [0] { $device } is non-persistent: it will not be rolled back, and what is written to it is lost whenever the VM is powered off.
       *[1] { $device } is non-persistent: this powers the VM off, so everything written to that disk since the VM was powered on is lost.
    }
}
warn-backup-at-work = A backup is at work on this VM ("{ $snapshot }"). If this can wait, let it end first.
warn-low-space = { $done ->
    [0] { $need ->
        [growth] "{ $datastore }" has { $free } free, and { $needed } should be, for what is written while the snapshot stays.
        [memory] "{ $datastore }" has { $free } free, and { $needed } should be, for the memory and for what is written while the snapshot stays.
       *[merge] "{ $datastore }" has { $free } free, and merging may need { $needed } before it gives any back.
    } A full datastore stops the VMs that grow on it.
   *[1] "{ $datastore }" had { $free } free before this, and { $needed } should be free while the snapshot stays. Delete it soon, or ask the storage administrators for room.
}
warn-long-chain = { $done ->
    [0] This makes a chain of { $depth } snapshots; VMware recommends two or three.
   *[1] The chain has { $depth } snapshots now; VMware recommends two or three.
}
warn-crash-consistent = Not quiesced: it will be as after a power cut.
warn-memory-pause = The VM may pause while its memory is written.
warn-consolidation-needed = Disks of this VM need consolidation already.
warn-reverts-at-power-off = Powering this VM off throws away everything since its snapshot.
warn-long-merge = Merging this much takes long, and the VM may be slow meanwhile.
warn-windows-trust = Windows in a domain: going back more than 30 days can break its trust with the domain. An old domain controller can also repeat update numbers that others have seen (USN rollback).
device-disk = { $label } ("{ $file }")
device-hard-disk = Disk { $number }
device-scsi = SCSI controller { $number }
device-pci = PCI device { $number }

## Under way
run = { $act ->
    [take] Taking snapshot "{ $snapshot }" of "{ $vm }"
    [revert] { $snapshot ->
        [0] Reverting "{ $vm }"
       *[other] Reverting "{ $vm }" to "{ $snapshot }"
    }
    [delete] { $snapshot ->
        [0] Deleting a snapshot of "{ $vm }"
       *[other] Deleting "{ $snapshot }" of "{ $vm }"
    }
    [delete-with-children] { $snapshot ->
        [0] Deleting a snapshot of "{ $vm }" and everything below it
       *[other] { $count ->
            [one] Deleting "{ $snapshot }" of "{ $vm }"
           *[other] Deleting "{ $snapshot }" of "{ $vm }" and everything below it
        }
    }
    [delete-all] { $count ->
        [0] Deleting all snapshots of "{ $vm }"
        [one] Deleting the only snapshot of "{ $vm }"
        [2] Deleting both snapshots of "{ $vm }"
       *[other] Deleting all { $count } snapshots of "{ $vm }"
    }
    [delete-older] { bulk-running }
    [consolidate] Consolidating the disks of "{ $vm }"
    [edit] { $snapshot ->
        [0] Changing a snapshot of "{ $vm }"
       *[other] Changing "{ $snapshot }" of "{ $vm }"
    }
   *[power-on] Powering on "{ $vm }"
}
asked-reading = Looking at "{ $vm }" before anything is done
progress = { $percent ->
    [0] { $elapsed }
   *[other] { $percent } % · { $elapsed }
}
progress-step = step { $step } of 2 · { $progress }
progress-checking = Looking at the VM once more before anything is done.
progress-looking = It has ended. Looking at the result.
progress-lost = { $percent ->
    [0] Connection to vCenter lost since { $since }.
   *[other] Connection to vCenter lost since { $since }; last seen { $percent } %.
}
progress-lost-goes-on = The task goes on in vCenter. I report as soon as I can see it again.
progress-lost-ended = It has ended. I look at the result as soon as vCenter answers again.
unsure-lost = Connection to vCenter lost since { $since }. I look as soon as it answers again.
progress-asked-cancel = @{ $person } asked to cancel; vCenter is stopping it.
progress-cancel-refused = vCenter would not cancel it, so it goes on.
safety-first = { $safety-until ->
    [0] a snapshot of how it is now is taken first ("{ $safety }")
   *[other] a snapshot of how it is now is taken first ("{ $safety }"), kept until { $safety-until }
}
safety-running = { $saved ->
    [0] Step 1 of 2: a snapshot of the current state, "{ $safety }". The revert is step 2.
   *[1] Step 2 of 2: the revert. Snapshot "{ $safety }" of the state before it was taken.
}
nothing-done = { $saved ->
    [0] Nothing was done.
   *[1] Nothing was reverted; the snapshot "{ $safety }" that comes first was taken and is there.
}
safety-kept = The snapshot "{ $safety }" that comes first was taken and is there.
safety-stopped = Nothing was reverted: the snapshot "{ $safety }" that comes first was not completed.
progress-long = { $merges ->
    [0] Still running. vCenter has not said that anything is wrong.
   *[1] Still merging disks. This is normal for a large snapshot; the VM may be slow meanwhile.
}
queued-title = { run }: queued
queued-behind = { $request } is working on this VM. This goes on by itself when that has ended.
queued-foreign = vCenter is busy with this VM ({ $task }). I look again every { $every }, until { $until } at most.
people = Asked by { asker-named }{ $glass ->
    [0] { $approvers ->
        [0] {""}
       *[other] , approved by { $approvers }
    }
   *[other] {""}
}{ $ran ->
    [0] .
   *[other] , took { $ran }.
}{ $glass ->
    [0] {""}
   *[other] {" "}No approval: @{ $glass } broke the glass, { $glass-at }: "{ $glass-reason }".
}
asker-named = { $ticket ->
    [0] @{ $asker }
   *[other] @{ $asker } ({ $ticket })
}

## Decided
decided-denied = { $reason ->
    [0] Denied by @{ $person } ({ $at }). Nothing was done.
   *[other] Denied by @{ $person }: "{ $reason }" ({ $at }). Nothing was done.
}
decided-expired = Expired: nobody decided by { $at }. Nothing was done.
decided-withdrawn = Withdrawn by @{ $person } ({ $at }). { nothing-done }
decided-stale = Stale: since you asked, { $changes }. { nothing-done }
drift-taken = "{ $snapshot }" was taken on "{ $vm }" ({ $at })
drift-gone = "{ $snapshot }" of "{ $vm }" was deleted
drift-current = { $snapshot ->
    [0] "{ $vm }" lost its current snapshot
   *[other] "{ $vm }" was reverted to "{ $snapshot }"
}
drift-power = { $power ->
    [on] "{ $vm }" was powered on
    [off] "{ $vm }" was powered off
   *[suspended] "{ $vm }" was suspended
}
drift-other-vm = another VM took the place of "{ $vm }"
drift-other-act = "{ $vm }" changed, and the same words would do something else now

## Done
done = { $act ->
    [take] { $mode ->
        [disk] "{ $vm }": snapshot "{ $snapshot }" taken{ done-took }.
        [quiesce] "{ $vm }": snapshot "{ $snapshot }" taken{ done-took }, quiesced.
        [memory] "{ $vm }": snapshot "{ $snapshot }" taken{ done-took }, with memory.
       *[not-quiesced] "{ $vm }": snapshot "{ $snapshot }" taken{ done-took }, but NOT quiesced: VMware Tools did not answer.
    }
    [revert] "{ $vm }" is back at "{ $snapshot }" ({ $created }).
    [delete] "{ $vm }": snapshot "{ $snapshot }" deleted{ done-merged }.
    [delete-with-children] { $count ->
        [one] "{ $vm }": snapshot "{ $snapshot }" deleted{ done-merged }.
       *[other] "{ $vm }": "{ $snapshot }" and everything below it deleted, { $count } snapshots{ done-merged }.
    }
    [delete-all] { $count ->
        [one] "{ $vm }": its only snapshot deleted{ done-merged }.
        [2] "{ $vm }": both snapshots deleted{ done-merged }.
       *[other] "{ $vm }": all { $count } snapshots deleted{ done-merged }.
    }
    [delete-older] { bulk-done }
    [consolidate] "{ $vm }": disks consolidated.
    [edit] { $verb ->
        [keep] "{ $vm }": "{ $snapshot }" stays until { $until }.
        [hold] { $until ->
            [0] "{ $vm }": "{ $snapshot }" is on hold until somebody releases it.
           *[other] "{ $vm }": "{ $snapshot }" is on hold until { $until }.
        }
        [release] "{ $vm }": "{ $snapshot }" is no longer on hold.
       *[edit] { $renamed ->
            [0] { $described ->
                [cleared] "{ $vm }": snapshot "{ $snapshot }" no longer has a description.
               *[other] "{ $vm }": snapshot "{ $snapshot }" has a new description.
            }
           *[other] { $described ->
                [kept] "{ $vm }": snapshot "{ $snapshot }" is called "{ $renamed }" now.
                [cleared] "{ $vm }": snapshot "{ $snapshot }" is called "{ $renamed }" now, and no longer has a description.
               *[other] "{ $vm }": snapshot "{ $snapshot }" is called "{ $renamed }" now, and has a new description.
            }
        }
    }
   *[power-on] "{ $vm }" is powered on.
}
done-took = { $took ->
    [0] {""}
   *[other] {" "}in { $took }
}
done-merged = { $merged ->
    [0] {""}
   *[other] , { $merged } merged
}
done-take-not-quiesced = It is crash-consistent only.
done-take-no-tools = VMware Tools do not answer on this VM, so the disks were taken as they are: crash-consistent only.
done-take-tools-missing = VMware Tools are not installed on this VM, so the disks were taken as they are: crash-consistent only.
done-take-cannot-quiesce = This VM cannot be quiesced, so the disks were taken as they are: crash-consistent only.
done-take-suspended = { $mode ->
    [memory] The VM is suspended, so its memory was taken along.
   *[other] The VM is suspended and its memory cannot be captured, so the disks were taken as they are: crash-consistent only.
}
done-take-asked = Disks alone, as asked: crash-consistent only.
done-take-off = The VM was off, so the snapshot is clean.
done-keep = Meant to stay until { $until }.
done-revert = { $power ->
    [on] It is powered on: the snapshot held its memory.
    [off] It is powered off now: the snapshot held no memory.
   *[suspended] It is suspended now, as it was then.
}
done-revert-off-still = It is powered off, as before.
done-revert-stayed-off = It is suspended now: it was to stay off, and the snapshot holds its memory.
done-held-why = Reason: "{ $reason }". Every report says so.
done-released = { $own ->
    [0] It was on hold by @{ $person }: "{ $reason }". @{ $person } is notified.
   *[1] It was on hold by @{ $person }: "{ $reason }".
}
done-consolidation = { $merges ->
    [0] Disks of this VM need consolidation.
   *[1] Disks still need consolidation.
}
done-not-as-expected = { run }: vCenter says that it is done, but the VM does not look like it.
done-look = Look at "{ $vm }" before you go on.
done-unverified = I could not read the VM afterwards to look at the result.
done-recovered = vCenter's first answer was lost; its traces show that it ran once.
done-twice = An earlier try ran after all, after vCenter had shown no trace of it: there are two snapshots of this request. Delete the one that you do not need.
done-safety = { $safety-until ->
    [0] To undo this, revert to "{ $safety }": it was taken right before.
   *[other] To undo this, revert to "{ $safety }": it was taken right before, and is kept until { $safety-until }.
}

## Not done
failed = { $act ->
    [take] { refused }
    [revert] { refused }
    [delete] { $snapshot ->
        [0] { refused }
       *[other] "{ $vm }": "{ $snapshot }" was not deleted.
    }
    [delete-with-children] { $snapshot ->
        [0] { refused }
       *[other] { $count ->
            [one] "{ $vm }": "{ $snapshot }" was not deleted.
           *[other] "{ $vm }": "{ $snapshot }" and what is below it were not all deleted.
        }
    }
    [delete-all] "{ $vm }": its snapshots were not all deleted.
    [delete-older] "{ $vm }": its snapshots were not all deleted.
    [consolidate] "{ $vm }": the disks were not consolidated.
    [edit] { $snapshot ->
        [0] { refused }
       *[other] "{ $vm }": "{ $snapshot }" was not changed.
    }
   *[power-on] { refused }
}
failed-yet-done = { run }: vCenter reported a fault, yet the VM looks as it should.
cancelled-title = { run }: cancelled
left-count = { $count ->
    [0] There is no snapshot on the VM now.
    [one] There is { $count } snapshot on the VM now.
   *[other] There are { $count } snapshots on the VM now.
}
left-power = { $power ->
    [on] The VM is powered on now.
    [off] The VM is powered off now.
   *[suspended] The VM is suspended now.
}
fault-unreachable = vCenter could not be reached, so nothing was started. Ask again when it is back.
fault-still-busy = vCenter was busy with this VM for { $waited }, so I gave up. { nothing-done } Ask again when it is free.
fault-did-not-run = @{ $person } looked and says that it did not run. You can ask again.
fault-end-unknown = vCenter lost sight of the task, and the VM does not look as it should. Look at it before you go on.
fault-end-unseen = vCenter lost sight of the task, and I could not read the VM afterwards. Look at it before you go on.
fault-task-in-progress = Another task is working on this VM. Ask again when it has ended.
fault-invalid-power-state = The VM's power state does not allow this. Look at it, then ask again.
fault-invalid-state = The VM is in no state for this: it may be disconnected or on the move. Ask a vSphere administrator.
fault-quiesce = The guest could not be quiesced. A snapshot without quiescing is possible.
fault-memory-on-independent-disk = A disk is independent, so memory cannot be captured. Take it without memory instead.
fault-incompatible-device = A device of this VM cannot be in a snapshot. Remove it first, or back the VM up another way.
fault-too-many-snapshots = The chain of snapshots is as long as vSphere allows. Delete an old one first.
fault-snapshots-disabled = Snapshots of this VM are locked, usually by a backup. Ask the backup administrators.
fault-no-change = Nothing changed since the last snapshot, so that one covers it already.
fault-no-disk-space = A datastore is full. Ask the storage administrators for room, then ask again.
fault-file-locked = A file of this VM is held by something else, usually a backup or another host. Ask again when it has let go.
fault-damaged = The snapshot's files are damaged. Do not try again; call the vSphere administrators.
fault-insufficient-resources = { $reverts ->
    [0] The host has not the resources to power this VM on. Ask a vSphere administrator for room.
   *[1] The host has not the resources to power this VM on. Going back without powering it on needs none:
}
fault-not-supported = This VM or its licence does not allow that. Ask a vSphere administrator.
fault-not-found = The VM or the snapshot is gone. See what is there:
fault-no-permission = My account in vCenter may not do that. The vSphere administrators find the missing privilege in my log.
fault-cancelled = It was cancelled in vCenter.
fault-invalid-argument = vCenter refused the name or another value. Change it, then ask again.
fault-not-authenticated = vCenter did not accept my session, so nothing was started. Ask again.
fault-invalid-login = vCenter did not accept my user name and password, so nothing was started. Tell an administrator.
fault-unknown-method = This vCenter does not know that operation. Ask a vSphere administrator.
fault-other = vCenter reported a fault that I do not know. Look at the VM before you ask again.
words-fault = { $message ->
    [0] vCenter calls it { $name }.
   *[other] vCenter's words: "{ $message }" ({ $name }).
}
words-details = In detail: "{ $why }".
unsure-title = { run }: vCenter's answer was lost
unsure-text = I asked vCenter to start and its answer did not come. I am looking for traces before anything else happens.
unknown = { $act ->
    [take] "{ $vm }": I do not know whether the snapshot was taken.
    [revert] { $waits ->
        [0] "{ $vm }": I do not know whether the revert ran.
       *[1] "{ $vm }": I do not know whether the snapshot was taken.
    }
    [delete] "{ $vm }": I do not know whether "{ $snapshot }" was deleted.
    [delete-with-children] "{ $vm }": I do not know whether "{ $snapshot }" was deleted.
    [delete-all] "{ $vm }": I do not know whether its snapshots were deleted.
    [delete-older] "{ $vm }": I do not know whether its snapshots were deleted.
    [consolidate] "{ $vm }": I do not know whether its disks were consolidated.
    [edit] "{ $vm }": I do not know whether "{ $snapshot }" was changed.
   *[power-on] "{ $vm }": I do not know whether it was powered on.
}
human-text = vCenter did not answer when I asked it to start, and shows no task for it. I will not try again by myself. Look at the VM, then tell me what you see.
human-who = That is for { $groups } to say.
human-safety = It is about the snapshot "{ $safety }" that comes first. Nothing was reverted.

## Refused
refused = { $act ->
    [take] "{ $vm }": no snapshot was taken.
    [revert] "{ $vm }" was not reverted.
    [delete] "{ $vm }": nothing was deleted.
    [delete-with-children] "{ $vm }": nothing was deleted.
    [delete-all] "{ $vm }": nothing was deleted.
    [delete-older] "{ $vm }": nothing was deleted.
    [consolidate] "{ $vm }": nothing was consolidated.
    [edit] "{ $vm }": nothing was changed.
   *[power-on] "{ $vm }" was not powered on.
}
block-vm-gone = "{ $vm }" is gone, or another VM has taken its place. Look it up again:
block-unreadable = vCenter did not answer, so I cannot tell what would happen. Try again in a minute.
block-not-readable = vCenter does not let me read all of "{ $vm }", so I cannot tell what would happen. Ask a vSphere administrator to give my account the right to read this VM.
block-template = "{ $vm }" is a template: it has no state to go back to. Convert it to a virtual machine first.
block-disconnected = The host of "{ $vm }" is not connected to vCenter. Ask a vSphere administrator to connect it again.
block-orphaned = vCenter still lists "{ $vm }", but its host does not know it any more: it was removed there. Ask a vSphere administrator to register it again.
block-inaccessible = The host cannot reach the files of "{ $vm }". Ask the storage administrators whether its datastore is there.
block-invalid = The configuration file of "{ $vm }" is damaged: its host cannot read it. Call a vSphere administrator.
block-snapshots-unsupported = "{ $vm }" cannot have snapshots. Back it up another way.
block-fault-tolerance = "{ $vm }" is protected by Fault Tolerance, which allows no snapshots. Ask a vSphere administrator to turn that off first, or back the VM up another way.
block-revert-unsupported = "{ $vm }" cannot be taken back to a snapshot. Ask a vSphere administrator.
block-off-unsupported = "{ $vm }" is powered off, and its snapshots cannot be changed in that state. Power it on first:
block-snapshot-locked = Snapshots of "{ $vm }" are locked, usually by a backup. Ask the backup administrators.
block-memory-while-off = "{ $vm }" is powered off, so there is no memory to capture. Leave out mode:memory: a snapshot of a VM that is off is the best kind.
block-memory-unsupported = The memory of "{ $vm }" cannot be captured. Take the snapshot without memory instead.
block-quiesce-while-off = "{ $vm }" is powered off, so there is nothing to quiesce. Leave out mode:quiesce: a snapshot of a VM that is off is the best kind.
block-quiesce-while-suspended = "{ $vm }" is suspended, so there is nothing to quiesce. Leave out mode:quiesce, or power the VM on first.
block-quiesce-unsupported = "{ $vm }" cannot be quiesced. Leave out mode:quiesce.
block-quiesce-without-tools = "{ $vm }" cannot be quiesced: VMware Tools do not answer in it. Start them, or leave out mode:quiesce.
block-quiesce-tools-missing = "{ $vm }" cannot be quiesced: VMware Tools are not installed in it. Install them, or leave out mode:quiesce.
block-disk-while-suspended = "{ $vm }" is suspended, and vCenter always takes the memory of such a VM along. Leave out mode:disk, or power the VM on or off first.
block-suspended-needs-memory = "{ $vm }" is suspended, so its memory belongs to every snapshot, and on this VM it cannot be captured. Power the VM on first:
block-memory-independent-disk = { $device } is independent, so memory cannot be captured (MemorySnapshotOnIndependentDisk). Take it without memory instead.
block-device = { $kind ->
    [physical-rdm] { $device } is a raw device in physical mode, which no snapshot can hold. Remove it first, or back the VM up another way.
    [shared-bus] { $device } shares its bus with other VMs, which no snapshot can hold. Stop sharing it first, or back the VM up another way.
    [passthrough] { $device } is passed through to the host, which no snapshot of a running VM can hold. Power the VM off first.
    [virtual-gpu] { $device } is a virtual GPU, which no snapshot of a running VM can hold. Power the VM off first.
   *[other] { $device } cannot be in a snapshot. Remove it first, or back the VM up another way.
}
block-chain-too-long = "{ $vm }" has a chain of { $count } snapshots, and vSphere allows 32, of which two are left for backups. Delete some first:
block-only-one = "{ $vm }" can have one snapshot only, and has it. Delete that first:
block-no-room = "{ $datastore }" has { $free } free, and a snapshot of "{ $vm }" needs { $needed } to begin. Ask the storage administrators for room.
block-no-room-for-memory = "{ $datastore }" has { $free } free, and the memory of "{ $vm }" needs { $needed }. Take the snapshot without memory, or ask the storage administrators for room.
block-no-snapshots = "{ $vm }" has no snapshots. Take one:
block-no-current = { $count ->
    [1] The only snapshot of "{ $vm }" is not current. Choose it:
   *[other] None of the { $count } snapshots of "{ $vm }" is current. Choose one:
}
block-snapshot-gone = That snapshot of "{ $vm }" is gone. See the ones that are there:
block-backup = "{ $snapshot }" on "{ $vm }" belongs to a running backup. Ask again when the backup has ended. If none is running, it was left behind: ask the backup administrators.
block-nothing-to-consolidate = The disks of "{ $vm }" need no consolidation.
block-already-on = "{ $vm }" is powered on already.
block-no-change = The snapshot already has that name and description.
block-same-end = The snapshot is already kept until { $until }.
block-on-hold = { $until ->
    [0] "{ $vm } · { $snapshot }" is on hold by @{ $person }: "{ $reason }". Ask @{ $person }, or release it first.
   *[other] "{ $vm } · { $snapshot }" is on hold by @{ $person } until { $until }: "{ $reason }". Ask @{ $person }, or release it first.
}
block-more-on-hold = { $count ->
    [one] 1 more snapshot is on hold.
   *[other] { $count } more snapshots are on hold.
}
block-not-on-hold = This snapshot is not on hold. Nothing was changed.
block-other-hold = "{ $vm } · { $snapshot }" is on hold by @{ $person } now: "{ $reason }". That is another hold than the one you asked about. Nothing was changed.
block-no-safety = The snapshot that is taken before a revert of "{ $vm }" is not possible, so nothing is reverted.
block-frozen = Everything is frozen by @{ $person }: "{ $reason }". { nothing-done } Ask again when it is over.
block-asked-too-long-ago = Your request is from { $at }, and I have been away since. Nothing was done; ask again if you still want it.
block-method-disabled = vCenter does not allow this on "{ $vm }" now ({ $method }): something else has its hand on the VM, often a backup. Try again later, or ask a vSphere administrator.

## Why the rules do not let an act go on
refusal-rule = { $rule ->
    [0] a rule of the configuration
   *[other] { $rule }
}
refusal-unknown-person = @{ $person } is not in the bot's configuration any more.
refusal-denied = @{ $person } may not { $verb } "{ $vm }" any more: { refusal-rule } forbids it.
refusal-not-granted = { $groups ->
    [0] @{ $person } may not { $verb } "{ $vm }" any more: no rule allows it to anybody.
   *[other] @{ $person } may not { $verb } "{ $vm }" any more: only { $groups } may.
}
refusal-tags-unknown = The tags of "{ $vm }" cannot be read now, and { refusal-rule } depends on them. Ask again when they can be read.
refusal-members-unknown = The members of { $groups } cannot be read now, and the rules depend on them. Ask again when they can be read.
refusal-hold-of-other = @{ $person } may not end the hold of @{ $holder } any more ("{ $reason }").
refusal-no-approval-rule = This destroys work, and the configuration no longer names anyone who approves it.
refusal-ticket = The approval rule has changed: it asks for a change number like { $pattern } ({ refusal-rule }).
refusal-safety = The approval rule has changed: it asks for a snapshot before the revert ({ refusal-rule }).
refusal-other-approvers = The approval rule has changed: it asks for the approval of one of { $groups } ({ refusal-rule }).
refusal-not-approved = The approvals given are no longer enough.
refusal-auto-delete-off = The configuration does not let me delete expired snapshots of "{ $vm }" any more.
refusal-frozen = @{ $administrator } has frozen all changes: "{ $reason }".
struck-not-approver = { $glass ->
    [0] The approval of @{ $person } ({ $at }) was struck: @{ $person } is not in { $groups } any more.
   *[1] The emergency override by @{ $person } ({ $at }) was struck: @{ $person } may no longer override approvals.
}
struck-own-request = The approval of @{ $person } ({ $at }) was struck: requesters may not approve their own requests any more.
struck-unknown-person = The approval of @{ $person } ({ $at }) was struck: @{ $person } is not in the bot's configuration any more.

## Buttons
button-approve = Approve
button-confirm = Confirm
button-deny = Deny
button-break-glass = Break glass
button-go-on = Go on
button-withdraw = Withdraw
button-cancel = Cancel
button-ask-again = Ask again
button-retry = Try again
button-without-memory = Take without memory
button-without-quiesce = Take without quiescing
button-delete = Delete
button-consolidate = Consolidate
button-power-on = Power on
button-extend = Keep longer
button-hold = Hold
button-release = Release
button-show = Show
button-stop = Stop
button-it-ran = It ran
button-it-did-not-run = It did not run
input-reason = Why not?
input-glass = Why can this not wait for an approval? Everybody in the channel reads it.
input-hold = Why is it on hold?
input-ticket = Change number

## Replies that only the person sees
reply-unknown-vm = I know no VM called "{ $text }".
    .hint = { $nearest ->
        [0] Names are as in vCenter; a folder path such as DC1/web/web-01 works too.
       *[other] Did you mean { $nearest }?
    }
reply-which-vm = { $count ->
    [one] I know one VM that could be "{ $text }": is it this one?
    [2] I know two VMs called "{ $text }": which one?
   *[other] I know { $count } VMs called "{ $text }": which one?
}
reply-which-snapshot = { $text ->
    [0] { $count ->
        [one] "{ $vm }" has one snapshot: is it this one?
       *[other] Which snapshot of "{ $vm }"?
    }
   *[other] { $count ->
        [one] "{ $vm }" has one snapshot that could be "{ $text }": is it this one?
        [2] "{ $vm }" has two snapshots called "{ $text }": which one?
       *[other] "{ $vm }" has { $count } snapshots called "{ $text }": which one?
    }
}
reply-more = { $count ->
    [one] There is one more; name it in the command.
   *[other] There are { $count } more; name one of those in the command.
}
reply-unknown-snapshot = "{ $vm }" has no snapshot called "{ $text }".
    .hint = { $nearest ->
        [0] See what is there:
       *[other] It has { $nearest }. The whole list:
    }
reply-no-snapshots = "{ $vm }" has no snapshots.
    .hint = Take one:
reply-vcenter-away = "{ $vcenter }" is not answering, so I cannot see its VMs. Nothing was done; try again in a few minutes.
reply-vm-gone = "{ $vm }" is no longer in vCenter.
reply-not-readable = vCenter does not let me read all of "{ $vm }", so I do not know its snapshots. Ask a vSphere administrator to give my account the right to read this VM.
reply-starting = I have only just started and am still reading the VMs. Try again in a moment.
reply-forbidden = You may not { $verb } "{ $vm }": { $denied ->
    [0] { $groups ->
        [0] you are in no group, so no rule speaks for you.
       *[other] no rule lets { $groups } do that.
    }
   *[1] { $rule ->
        [0] a rule forbids it to you.
       *[other] a rule forbids it to you ({ $rule }).
    }
}
    .hint = { $holders ->
        [0] Nobody may. The rules are in the bot's configuration; see { $command }.
       *[other] That belongs to { $holders }. Ask there, or see { $command }.
    }
reply-tags-unknown = You may not { $verb } "{ $vm }" now: the tags of this VM cannot be read, and a rule depends on them{ $rule ->
    [0] .
   *[other] {" "}({ $rule }).
}
    .hint = Nothing was done. They are read every minute, so ask again shortly; if it stays so, the bot's log tells an administrator why.
reply-groups-unknown = I cannot allow this now: it is not known whether you are in { $groups }.
    .hint = Nothing was done. The chat platform does not return the members of that group. I retry every 30 seconds, so ask again shortly. If this lasts, the bot's log has the reason.
reply-no-approver-rule = You may not { $verb } "{ $vm }" yet: it destroys work, and no rule says who could approve it.
    .hint = An administrator has to add an approval rule to the bot's configuration.
reply-unknown-person = I do not know you. An administrator has to add your account to the bot's configuration.
reply-frozen = Everything is frozen by @{ $person }: "{ $reason }".
    .hint = Nothing is changed until an administrator unfreezes. What runs goes on, and you can still look.
reply-frozen-now = Everything is frozen. What runs goes on to its end; nothing new begins until you say:
reply-frozen-under-way = { $count ->
    [one] This call was sent before the freeze, and vCenter has not answered it yet: { $calls }.
   *[other] These calls were sent before the freeze, and vCenter has not answered them yet: { $calls }.
}
reply-unfrozen-now = Changes can begin again.
reply-not-frozen = Nothing is frozen.
reply-not-administrator = { $groups ->
    [0] Nobody can freeze: the bot's configuration names no administrators.
   *[other] Only { $groups } can freeze and unfreeze.
}
reply-not-breaker = { $groups ->
    [0] Nobody can do without the approval: the rule for this has no break-glass.
   *[other] You cannot do without the approval: that is for { $groups }.
}
reply-reason-needed = Say why, in 1 to { $limit } visible characters. Nothing was done.
reply-ticket-needed = A change number is needed to { $verb } "{ $vm }".
    .hint = { $given ->
        [0] It looks like { $pattern }. Give it here, or put ticket: into the command.
       *[other] "{ $given }" does not look like { $pattern }. Give another one here, or put ticket: into the command.
    }
reply-not-approver = You cannot decide this: it needs { $groups }.
reply-own-request = You asked for this yourself, so somebody else has to decide.
reply-already-approved = You have approved this already; it needs somebody else too.
reply-asked-already = { $request ->
    [0] That was asked just now, and your click changed nothing.
   *[other] That was asked already: it became { $request }, and your click changed nothing.
}
reply-too-late = { $request } is { $state } now, so your click changed nothing.
reply-stale-button = This button belongs to an older card. Look at the newest message of { $request }.
reply-bad-token = This button is not one of mine, or it is too old. Ask again with a command.
reply-not-yours = { $request } was asked by @{ $asker }; only they can do that.
reply-no-request = I know no request { $request }. Yours that are open:
reply-nothing-open = You have no open request.
reply-open = Your open requests
reply-status-row = { $verb } "{ $vm }" · { $state }
reply-not-cancelable = { $request } cannot be cancelled: vCenter does not allow it at this moment.
reply-not-running = { $request } is { $state }: there is nothing to cancel.
reply-take-back = It can be taken back:
reply-not-waiting = { $request } is { $state }: it cannot be taken back any more.
reply-try-cancel = vCenter may still cancel it:
reply-cancelling = I asked vCenter to cancel { $request }.
reply-stopping = { $request } is stopped. A deletion that is running finishes, and no other one starts.
reply-withdrawn = { $request } is withdrawn: nothing will be done for it.
frozen = Everything is frozen by @{ $person }
    .hint = Nothing is changed until an administrator unfreezes. What runs goes on to its end; what waits for a decision goes on waiting.
frozen-caution = Everything is frozen by @{ $person }: "{ $reason }". Nothing is changed until an administrator unfreezes.
unfrozen = Changes can begin again: @{ $by } has unfrozen
    .hint = Frozen since { $since } by @{ $person }: "{ $reason }".
glass = Break-glass: @{ $person } let { $request } go without its approval
    .hint = This message, the card and the audit trail keep who did it and why.
unknown-tasks = { $count ->
    [one] "{ $vcenter }" has a task of my account that I did not start
   *[other] "{ $vcenter }" has { $count } tasks of my account that I did not start
}
    .hint = No line of the audit trail accounts for this. Somebody else may be using my account: change its password and look at what was done.
unknown-tasks-more = { $count ->
    [one] There is one more; the audit trail has it.
   *[other] There are { $count } more; the audit trail has them.
}
group-unread = The members of { $group } cannot be read.
    .hint = Until they can be read, the chat platform's members of this group have no rights from it, and a deny for it applies to everyone who may be in it. I will report when they can be read again.
group-read = The members of { $group } can be read again.
    .hint = The group's rights follow its members on the chat platform again.
clock-skew = The clock of vCenter { $vcenter } is { $apart } { $side ->
        [behind] behind
       *[ahead] ahead of
    } mine.
    .hint = I compare ages and limits with vCenter's own clock, so they are right. Times that vCenter shows differ from mine until both clocks use the same time server.
clocks-agree = The clock of vCenter { $vcenter } and mine agree again.
    .hint = Nothing is left to do.
channel-unreached = Messages cannot be posted in { $channel }.
    .hint = Reports and warnings for it reach nobody. They are kept and will be posted when the channel takes messages again. Restore the channel, invite the bot, or name another channel in the configuration.
channel-reached = Messages can be posted in { $channel } again.
    .hint = The reports and warnings that were kept for it are being posted.
channel-lost = { $request } cannot be shown in the channel it was asked in.
    .hint = Its message goes on here, for you alone. It was deleted there, or the channel is gone, or I am not in it: invite me and ask again where others have to see it and approve.
released = @{ $person } released your hold on "{ $vm } · { $snapshot }".
    .hint = It may be deleted now. To keep it, put it on hold again:
released-replaced = @{ $person } replaced your hold on "{ $vm } · { $snapshot }".
reply-choice-gone = That choice is too old. Type the command again.
reply-keep-too-long = No snapshot may stay longer than { $limit }. To keep one longer, put it on hold and give a reason.
reply-hold-reason-needed = Give a reason for the hold. Every report shows it.
reply-hold-of-other = "{ $vm } · { $snapshot }" is on hold by @{ $person }: "{ $reason }". Nothing was changed.
    .hint = { $known ->
        [0] { $groups ->
            [0] @{ $person } is no longer in the configuration, and nobody else can release it. Ask an administrator to allow it.
           *[other] @{ $person } is no longer in the configuration. Members of { $groups } can release it.
        }
       *[1] { $groups ->
            [0] Only @{ $person } can release it.
           *[other] @{ $person } can release it. So can members of { $groups }.
        }
    }
reply-row-gone = "{ $snapshot }" on "{ $vm }" is gone meanwhile. Nothing was done.
reply-row-changed = Out of date: "{ $snapshot }" on "{ $vm }" has changed since this row was posted. Nothing was changed.
row-kept = { $until ->
    [0] It has no end date.
   *[other] It is kept until { $until }.
}
row-held = { $person ->
    [0] It is not on hold.
   *[other] { $until ->
        [0] It is on hold by @{ $person }: "{ $reason }".
       *[other] It is on hold by @{ $person } until { $until }: "{ $reason }".
    }
}
reply-unknown-report = { $known ->
    [0] There is no report "{ $name }", since none is configured.
   *[other] There is no report "{ $name }". There are { $known }.
}
reply-keep-past = That moment has passed. Give one in the future, like "until friday 18:00"; write the year for a date in another year.
reply-too-fast = You are sending commands faster than I accept them from one person. Nothing was done. Wait a minute, then go on.
reply-too-many-open = You have { $count } open requests, the most that one person may have. Nothing was done.
    .hint = Withdraw some, or wait until they have finished. "status" lists them.
reply-line-full = { $count } requests are already waiting for "{ $vm }". Nothing was done. Try again when some have finished.
reply-store-down = I cannot write down what happens, so I do nothing that changes a VM. Tell an administrator.
reply-store-unsure = I do not know whether I could write this down. Nothing is done now; if it was written, it goes on when I can read it again, and its message shows it. Look there before you ask again, and tell an administrator.
reply-tree = Snapshots of "{ $vm }" ({ $path })
reply-tree-past = vCenter "{ $vcenter }" is not answering. This is as of { $seen }, when I last saw it; it may have changed since then.
reply-tree-count = { $count ->
    [0] no snapshots
    [one] { $count } snapshot
   *[other] { $count } snapshots
}
reply-tree-tools = VMware Tools do not answer
reply-tree-consolidation = disks need consolidation
tree-here = You are here
tree-quiesced = quiesced
tree-until = until { $until }
tree-held = on hold by @{ $person }: "{ $reason }"
reply-help-title = What you can ask for
reply-help-verb-title = /snapshot { $verb }
reply-help-none = No rule lets you do anything yet. An administrator has to add you to a group that has a grant.
reply-help-more = More about one:
reply-help-line = { $granted ->
    [0] { $sentence } (not granted to you)
   *[1] { $sentence }
}
reply-help-aliases = Also written: { $aliases }.
reply-explained = May @{ $person } { $verb } "{ $vm }"?
explain-allowed = Yes: { $rule }.
explain-denied = No: forbidden by { $rule }. A deny always wins.
explain-no-rule = { $groups ->
    [0] No: @{ $person } is in no group.
   *[other] No: no rule lets { $groups } do that.
}
explain-tags-unknown = No: the tags of this VM cannot be read now, and a rule depends on them ({ $rule }).
explain-groups-unknown = No: it is unknown whether @{ $person } is in { $groups }, and a rule depends on it ({ $rule }).
explain-members = { $at ->
    [0] Members of { $group } on the chat platform cannot be read now.
   *[other] Members of { $group } on the chat platform, last read: { $at }.
}
explain-unknown-person = No: nobody of that name is in the configuration.
explain-holders = Those who may: { $holders }.
explain-approval-yes = { $needed ->
    [one] It needs the approval of one of { $groups } ({ $rule }).
   *[other] It needs the approval of { $needed } of { $groups } ({ $rule }).
}
explain-approval-no = It runs without an approval.
explain-approval-missing = No approval rule covers it, so it would be refused.
explain-ticket = It needs a change number like { $pattern }.
explain-self = The asker's own yes counts, if they are an approver.
explain-glass = { $groups } can do without the approval, for a reason that everybody is told.
explain-safety = A snapshot of how the VM is now is taken first.

## Verbs, as in "you may not …"
verb-take = take a snapshot of
verb-list = see the snapshots of
verb-revert = revert
verb-revert-latest = revert
verb-delete = delete a snapshot of
verb-delete-with-children = delete a branch of snapshots of
verb-delete-all = delete all snapshots of
verb-consolidate = consolidate the disks of
verb-edit = change a snapshot of
verb-keep = say how long snapshots stay on
verb-hold = put on hold snapshots of
verb-release = release snapshots of
verb-release-any = release other people's holds on snapshots of
verb-delete-older = delete old snapshots of
verb-power-on = power on
verb-cancel = cancel what runs on

help-take = Take a snapshot. Without a name it gets the date and time; mode is auto, disk, quiesce or memory.
help-list = Show the snapshots of a VM as a tree.
help-report = Show which snapshots have grown too old, of the VMs that you may see.
help-revert = Go back to a snapshot: everything written since is lost. Needs somebody's yes.
help-revert-latest = Go back to the snapshot that "You are here" hangs below. Needs somebody's yes.
help-delete = Delete a snapshot; with children:yes everything below it too. The VM itself stays as it is.
help-delete-all = Delete every snapshot of a VM. Needs somebody's yes.
help-delete-older = Delete what is older than an age, of a VM, of a folder or of all: first a plan, then somebody's yes, then one VM after the other.
help-consolidate = Merge disks that a deletion left behind.
help-edit = Rename a snapshot or describe it anew.
help-keep = Say until when a snapshot stays: 3d, or until friday 18:00.
help-hold = Put a snapshot on hold: it stays past its end, and nothing deletes it. Every report shows the reason.
help-release = Take a snapshot off hold. Somebody else's hold needs the holder's group or a right of its own.
help-power-on = Power a VM on.
help-help = Show this, or more about one command.
help-status = Show your open requests, or one request.
help-cancel = Ask vCenter to cancel what runs.
help-withdraw = Take back a request that still waits.
help-explain = Show which rule decides whether you may do something.
help-freeze = Stop every new change of every VM, for everybody. For administrators; the reason is told to all.
help-unfreeze = Let changes begin again. For administrators.

## States, as in "R-7KQ2 is …"
state-asked = being looked at
state-refused = refused
state-queued = waiting for the VM
state-awaiting-approval = waiting for an approval
state-starting = starting
state-running = running
state-done = done
state-failed = over, without success
state-cancelled = cancelled
state-denied = denied
state-expired = expired
state-stale = stale
state-withdrawn = withdrawn
state-unsure = uncertain
state-needs-human = waiting for somebody to look

## What is wrong with a command
command-empty = Tell me what to do.
command-too-long = That command has { $length } characters; { $limit } are enough for anything I can do.
command-unknown-verb = I do not know the verb "{ $word }".
command-unknown-option = I do not know the option "{ $word }" (character { $column }).
command-option-not-for = "{ $verb }" has no option "{ $option }" (character { $column }).
command-unknown-value = "{ $word }" is no value of "{ $option }" (character { $column }).
command-allowed = It can be { $allowed }.
command-options = Options, each as key:value: { $allowed }.
command-no-options = It has no options.
command-did-you-mean = Did you mean "{ $suggestion }"?
command-repeated = "{ $option }" is there twice (character { $column }).
command-unbalanced-quote = The quote at character { $column } is not closed.
command-missing = { $needed ->
    [vm] Which VM?
    [request] Which request?
    [verb] Which verb?
    [keep] Say how long, like 3d, or until when, like "until friday 18:00".
    [scope] Say of which VMs: a VM, a folder, or "all".
    [age] Say from which age on, like 30d.
   *[reason] { $verb ->
        [hold] Give a reason for the hold. Every report shows it.
       *[other] Say why: everybody who wants to change something reads it.
    }
}
command-missing-value = "{ $option }" needs a value (character { $column }).
command-missing-change = Say what changes: a new name, a new description, or both.
command-extra-words = I do not know what to do with "{ $words }" (character { $column }).
command-extra-words-hint = A name of several words goes in quotes:
command-name-empty = The name is empty.
command-value-too-long = { $parameter ->
    [name] The name has { $length } characters; vSphere allows { $limit }.
   *[other] The description has { $length } characters; { $limit } fit.
}
command-character = { $parameter ->
    [name] The name holds a character that cannot be seen or turns text around ({ $code }, character { $column }). Leave it out.
   *[other] The description holds a character that cannot be shown or turns text around ({ $code }, character { $column }). Leave it out.
}
command-description-reserved = The description holds "[snapwarden" (character { $column }), which only I write. Leave it out.
command-bad-text = { $parameter ->
    [ticket] That is no change number (character { $column }): it has 1 to { $limit } characters, all of them visible.
   *[other] That is no reason that can be shown (character { $column }): it has 1 to { $limit } characters, all of them visible.
}
command-bad-duration = "{ $word }" is not a duration (character { $column }). Write it like 12h, 3d or 2w.
command-bad-moment = "{ $word }" is not a day or a time (character { $column }). Write "until friday 18:00", "until 27/11" or "until 2026-11-27T18:00". A name goes before it, or in quotes.
command-negative-duration = "{ $word }" does not lie in the future (character { $column }). Write how long from now, like 3d.
command-duration-too-long = "{ $word }" is longer than { $limit } (character { $column }). A snapshot is no backup.
command-bad-request-id = "{ $word }" is no request. They look like R-7KQ2.
command-bad-number = "{ $word }" is no number of a snapshot (character { $column }). They count from 1, as the list shows them.
command-for-example = For example:
command-help = Everything I can do:

## Reports, warnings and ends
report-title = Snapshots · { $when }
report-over = { $count ->
    [0] There is no snapshot today.
   *[other] { $over ->
        [0] No snapshot is over age today ({ $count } on { report-vms }, { $bytes }).
       *[other] { $over } over age of { $count } on { report-vms } · { $bytes }.
    }
}
report-vms = { $vms ->
    [one] 1 VM
   *[other] { $vms } VMs
}
report-bytes-unknown = sizes not read yet
report-over-by = over by { $over }
report-limit = limit { $limit }
report-chain = "{ $vm }": { $depth } in one chain
report-more = { $count ->
    [one] 1 more is over its limit.
   *[other] { $count } more are over their limits.
}
report-consolidation = "{ $vm }" needs consolidation
report-consolidation-more = { $count ->
    [one] 1 more VM needs consolidation.
   *[other] { $count } more VMs need consolidation.
}
report-held = On hold: { $what }
report-held-by = { $until ->
    [0] by @{ $person }, "{ $reason }"
   *[other] until { $until } by @{ $person }, "{ $reason }"
}
report-held-more = { $count ->
    [one] 1 more is on hold.
   *[other] { $count } more are on hold.
}
report-orphans = { $count ->
    [one] 1 has my mark, and my journal does not know it: { $names }. I leave it alone.
   *[other] { $count } have my mark, and my journal does not know them: { $names }. I leave them alone.
}
report-backups = { $count ->
    [one] 1 belongs to a backup and is left alone.
   *[other] { $count } belong to backups and are left alone.
}
report-changes = Since yesterday: { $taken } taken, { $gone } gone, { $bytes }.
report-glass = Without the approval that it needed: { $verb } on "{ $vm }" by @{ $person } ({ $when }, { $request }): "{ $reason }".
report-glasses-more = { $count ->
    [one] 1 more went without its approval.
   *[other] { $count } more went without their approvals.
}
report-away = { $since ->
    [0] vCenter "{ $vcenter }" cannot be read. Its snapshots are missing here; the report comes again when it is back.
   *[other] vCenter "{ $vcenter }" cannot be read since { $since }. Its figures are of that time; the report comes again when it is back.
}
report-unsure = { $count ->
    [one] The tags of 1 VM are not known, so it may be missing here.
   *[other] The tags of { $count } VMs are not known, so they may be missing here.
}
report-unreadable = { $count ->
    [one] 1 VM could not be read, so its snapshots may be missing here: { $names }.
   *[other] { $count } VMs could not be read, so their snapshots may be missing here: { $names }.
}
report-audit-head = Audit head { $head }.
report-next = Next report { $when }.
maker-account = by the vCenter account { $account }
maker-unknown = nobody knows by whom
crossed-age = "{ $snapshot }" on "{ $vm }" is { $age }. Keep it?
crossed-size = "{ $snapshot }" on "{ $vm }" has grown to { $bytes }. Keep it?
crossed-depth = "{ $vm }" has { $depth } snapshots in one chain. Which can go?
crossed-free = { low-space } The largest is "{ $snapshot }" on "{ $vm }". Keep it?
low-row = "{ $datastore }": { $largest }
report-low = { low-space } The largest is { $largest }.
low-space = "{ $datastore }" has { $free } free of { $capacity }. Snapshots of { $vms ->
    [one] 1 VM hold { $held } of it.
   *[other] { $vms } VMs hold { $held } of it.
}
crossed-many = { $count } snapshots have crossed a limit. Keep them?
crossed-more = { $count ->
    [one] 1 more is in the next report.
   *[other] { $count } more are in the next report.
}
limit-warn-age = over the warning age
limit-max-age = over the age limit
limit-max-size = too large
limit-max-depth = deeper than allowed
limit-min-free = its datastore is low on space
ending = { $over ->
    [0] { $deletes ->
        [0] "{ $snapshot }" on "{ $vm }" is meant to stay until { $until }. Keep it longer?
       *[1] "{ $snapshot }" on "{ $vm }" goes on { $until }. Keep it longer?
    }
   *[1] The time of "{ $snapshot }" on "{ $vm }" is up since { $until }. What is to become of it?
}
ending-many = The time of { $count } snapshots is up, or will be soon. What is to become of them?
ending-children = What others stand on is never deleted by itself.

## Slack
slack-left-out = { $count ->
    [one] One more part is not shown: Slack takes no longer message.
   *[other] { $count } more parts are not shown: Slack takes no longer message.
}
slack-unreadable = I could not read what Slack sent me; nothing was done. Please try again, or type /snapshot help.
slack-too-slow = Slack did not open the form in time; nothing was done. Please try once more.
slack-stranger = I do not know who you are here, so I can do nothing for you. An administrator can add your account to the configuration.
slack-title = Snapshots
slack-submit = Go on
slack-close = Not now
slack-yes = Yes
slack-no = No
slack-do-take = Take a snapshot
slack-do-list = List snapshots
slack-do-revert = Revert to a snapshot
slack-do-revert-latest = Revert to the latest snapshot
slack-do-delete = Delete a snapshot
slack-do-delete-all = Delete all snapshots
slack-do-consolidate = Consolidate disks
slack-do-edit = Rename or describe a snapshot
slack-do-keep = Keep a snapshot until …
slack-do-hold = Put a snapshot on hold
slack-do-release = Release a snapshot from hold
slack-do-power-on = Power on
slack-choose-vm = Type a part of its name
slack-choose-snapshot = Newest first
slack-choose-channel = Choose the channel that is to see it.
slack-mode-auto = What suits the VM
slack-field-name = Name
slack-field-keep = Keep for
slack-hint-keep = For example 3d, 12h or 2w. Left empty, it stays as long as usual.
slack-hint-until = For example 3d, 2w or until friday 18:00.
slack-field-ticket = Ticket
slack-field-children = Everything below it too
slack-field-stay-off = Leave it off afterwards
slack-field-safety = Take a snapshot first
slack-field-channel = Channel
slack-home-hello = Snapshots of vCenter VMs: type /snapshot in any channel that I am in, or begin here.
slack-home-ask = Ask for something
slack-home-waiting = Waiting for you
slack-home-none-waiting = Nothing waits for your decision.
slack-home-mine = Your open requests
slack-home-none-mine = You have no open request.
slack-home-oldest = Oldest snapshots that you may act on
slack-home-none-oldest = There is none.
slack-home-delete = Delete…
slack-home-revert = Revert…
## Requests that delete what is old
ask-delete-older = { $count ->
    [one] Delete 1 snapshot older than { $age }?
   *[other] Delete { $count } snapshots older than { $age }?
}
bulk-running = Deleting snapshots older than { $age }: { $gone } of { $count }
bulk-progress = { $gone } of { $count }, one VM at a time
bulk-denied = Denied by @{ $person }: snapshots older than { $age } are kept.
bulk-withdrawn = Withdrawn by @{ $person }: snapshots older than { $age } are kept.
bulk-expired = Expired: nobody approved in time. Snapshots older than { $age } are kept.
bulk-stopped = Stopped by @{ $person }: { $gone } of { $count } snapshots older than { $age } { $gone ->
    [one] is deleted.
   *[other] are deleted.
}
bulk-refused = Stopped by the rules: { $gone } of { $count } snapshots older than { $age } { $gone ->
    [one] is deleted.
   *[other] are deleted.
}
bulk-done = { $gone } of { $count } snapshots older than { $age } { $gone ->
    [one] is deleted.
   *[other] are deleted.
}
bulk-reason = Reason: "{ $reason }".
bulk-goes = { $count } on { $vms ->
    [one] 1 VM
   *[other] { $vms } VMs
}, for good; the VMs themselves stay as they are
bulk-more = { $count ->
    [one] 1 more goes.
   *[other] { $count } more go.
}
bulk-left = { $what } was not deleted: { $request } says why.
bulk-left-changed = { $what } has changed since it was approved, and is kept.
bulk-gone-before = { $what } was gone already.
bulk-unsure = It is not known whether { $what } was deleted. { $request } asks.
bulk-went = Deleted: { $names }.
bulk-still-going = Still being deleted: { $names }.
bulk-not-begun = Not started, and kept: { $names }.
bulk-others = { $count ->
    [one] 1 other
   *[other] { $count } others
}
stays-held = { $count ->
    [one] 1 is on hold and stays.
   *[other] { $count } are on hold and stay.
}
stays-backup = { $count ->
    [one] 1 stays, because a backup works on its VM.
   *[other] { $count } stay, because a backup works on their VMs.
}
stays-kept = { $count ->
    [one] 1 was kept until later and stays.
   *[other] { $count } were kept until later and stay.
}
stays-no-right = { $count ->
    [one] 1 stays: @{ $asker } may not delete it.
   *[other] { $count } stay: @{ $asker } may not delete them.
}
stays-not-known = { $count ->
    [one] 1 stays: whether @{ $asker } may delete it is unknown now.
   *[other] { $count } stay: whether @{ $asker } may delete them is unknown now.
}
stays-other-approvers = { $count ->
    [one] 1 stays: somebody else has to approve it. Request it separately.
   *[other] { $count } stay: somebody else has to approve them. Request them separately.
}
stays-too-many = { $count ->
    [one] 1 more is old enough; ask again when this is done.
   *[other] { $count } more are old enough; ask again when this is done.
}
reply-many-vms = Several VMs answer to "{ $name }": { $paths }. Say which one by its path.
reply-nothing-older = { $stays ->
    [0] No snapshot of "{ $scope }" is older than { $age }.
   *[1] Nothing of "{ $scope }" that is older than { $age } can go.
}
## Discord: the command as it is registered, and what only Discord has
slash-about = Snapshots of vCenter VMs: take, list, revert, delete
slash-message = request status
slash-name-take = take
slash-name-list = list
slash-name-revert = revert
slash-name-revert-latest = revert-latest
slash-name-delete = delete
slash-name-delete-all = delete-all
slash-name-consolidate = consolidate
slash-name-edit = edit
slash-name-power-on = power-on
slash-name-help = help
slash-name-status = status
slash-name-cancel = cancel
slash-name-withdraw = withdraw
slash-name-explain = explain
slash-name-freeze = freeze
slash-name-unfreeze = unfreeze
slash-take = Take a snapshot
slash-list = Show the snapshots of a VM
slash-revert = Go back to a snapshot: what was written since is lost
slash-revert-latest = Go back to the snapshot above "You are here"
slash-delete = Delete a snapshot; the VM stays as it is
slash-delete-all = Delete every snapshot of a VM
slash-consolidate = Merge disks that a deletion left behind
slash-edit = Rename a snapshot or describe it anew
slash-power-on = Power a VM on
slash-help = What you can ask for
slash-status = Your open requests, or one request
slash-cancel = Ask vCenter to cancel what runs
slash-withdraw = Take back a request that still waits
slash-explain = Which rule decides whether you may
slash-freeze = Stop every new change, for everybody
slash-unfreeze = Let changes begin again
slash-option-name-vm = vm
slash-option-name-snapshot = snapshot
slash-option-name-name = name
slash-option-name-description = description
slash-option-name-mode = mode
slash-option-name-keep = keep
slash-option-name-children = children
slash-option-name-stay-off = stay-off
slash-option-name-ticket = ticket
slash-option-name-safety = safety
slash-option-name-request = request
slash-option-name-verb = verb
slash-option-name-reason = reason
slash-option-vm = Which VM
slash-option-snapshot = Which snapshot
slash-option-name = Its new name
slash-option-new-name = Its name; date and time if left out
slash-option-description = What it is for
slash-option-mode = How, as the VM allows it
slash-option-keep = How long, such as 3d
slash-option-children = Everything below it, too
slash-option-stay-off = Leave the VM off
slash-option-ticket = The change number
slash-option-safety = Take a snapshot first
slash-option-request = Which request, such as R-7KQ2
slash-option-verb = About which command
slash-option-reason = Why: everybody is told
discord-more = More…
discord-not-now = Nothing was done.
discord-no-direct = I take no commands in direct messages. Ask in a channel of your server.
discord-other-guild = I serve another server only. Ask an administrator.
discord-no-bots = Commands and clicks of bots are not taken.
discord-not-yours = That question was put to somebody else.
discord-no-request-there = There is no request in that message.
discord-unreadable = I cannot read what Discord sent. Type the command anew; if it happens again, tell an administrator.
discord-seen-before = The bot had this before it was restarted. Its message in the channel says what became of it; so does /snapshot status.
discord-busy = The bot did not answer in time; nothing was done. Press the button again in a moment.
discord-stopping = I am being restarted. Try again in a moment.
discord-too-late = Your answer took longer than Discord waits. Ask again, or look at the message in the channel.
slash-name-report = report
slash-name-delete-older = delete-older
slash-name-keep = keep
slash-name-hold = hold
slash-name-release = release
slash-report = Which snapshots have grown too old
slash-delete-older = Delete what is older, on many VMs
slash-keep = Say until when a snapshot stays
slash-hold = Put a snapshot on hold, past its end
slash-release = Take a snapshot off hold
slash-option-name-report = report
slash-option-name-scope = scope
slash-option-name-age = age
slash-option-report = Which report; else the channel's
slash-option-scope = A VM, a folder, or all
slash-option-age = Older than, such as 30d
