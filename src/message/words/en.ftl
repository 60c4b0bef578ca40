# Every sentence the bot says, in English. Names go in quotes, sizes carry "≈", nothing is shouted.

## Ages and tones
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

## Asking for an approval
ask-take = Take a snapshot of "{ $vm }" called "{ $snapshot }"?
ask-revert = Revert "{ $vm }" to "{ $snapshot }"?
ask-delete = Delete "{ $snapshot }" of "{ $vm }"?
ask-delete-children = Delete "{ $snapshot }" of "{ $vm }" and everything below it?
ask-delete-all = { $count ->
    [one] Delete the only snapshot of "{ $vm }"?
   *[other] Delete all { $count } snapshots of "{ $vm }"?
}
ask-consolidate = Consolidate the disks of "{ $vm }"?
ask-edit = Change "{ $snapshot }" of "{ $vm }"?
ask-power-on = Power on "{ $vm }"?
label-asked-by = Asked by
label-snapshot = Snapshot
label-lost = Lost
label-power = Power
label-goes = Goes
label-merge = Merge
label-mode = Mode
label-decides = Decides
label-approved-by = Approved by
label-caution = Caution
label-keep = Keep until
label-vm = VM
snapshot-place = { $number } of { $of } in the tree
snapshot-only = the only one
snapshot-by = by @{ $person }
snapshot-with-memory = with memory
snapshot-without-memory = without memory
lost-since = everything written since then ({ $bytes })
lost-since-unknown = everything written since then (vCenter does not tell how much)
goes-one = this snapshot; the VM itself does not change
goes-count = { $count ->
    [one] { $count } snapshot
   *[other] { $count } snapshots, the oldest { $age }
}
merge-bytes = { $bytes } are merged; the VM may be slow meanwhile
power-change = { $before } now → { $after } afterwards
power-off-no-memory = { $before } now → off afterwards (the snapshot holds no memory)
power-off-asked = { $before } now → off afterwards (it is to stay off)
power-same = { $before }, and stays so
power-on = on
power-off = off
power-suspended = suspended
mode-disk = disks alone
mode-quiesce = quiesced
mode-memory = with memory
mode-why-off = disks alone (the VM is off, which is the best moment)
mode-why-tools = quiesced (VMware Tools run)
mode-why-no-tools = disks alone (VMware Tools do not answer)
decides-one = one of { $groups } · until { $until } ({ $left })
decides-one-not = one of { $groups }, not @{ $asker } · until { $until } ({ $left })
decides-many = { $needed } of { $groups } · until { $until } ({ $left })
decides-many-not = { $needed } of { $groups }, not @{ $asker } · until { $until } ({ $left })
approval-entry = @{ $person }, { $at }

## Warnings on a card
warn-independent-disk = { $device } is independent: it will not be rolled back.
warn-long-chain = This makes a chain of { $depth } snapshots; VMware recommends two or three.
warn-crash-consistent = Not quiesced: it will be as after a power cut.
warn-memory-pause = The VM may pause while its memory is written.
warn-consolidation = Disks of this VM need consolidation already.
warn-reverts-at-power-off = Powering this VM off throws away everything since its snapshot.
warn-long-merge = Merging this much takes long, and the VM may be slow meanwhile.
warn-windows-trust = Windows in a domain: going back more than 30 days can break its trust with the domain.
device-disk = { $label } ("{ $file }")

## Running
run-take = Taking a snapshot of "{ $vm }": "{ $snapshot }"
run-revert = Reverting "{ $vm }" to "{ $snapshot }"
run-delete = Deleting "{ $snapshot }" of "{ $vm }"
run-delete-children = Deleting "{ $snapshot }" of "{ $vm }" and everything below it
run-delete-all = Deleting all snapshots of "{ $vm }"
run-consolidate = Consolidating the disks of "{ $vm }"
run-edit = Changing "{ $snapshot }" of "{ $vm }"
run-power-on = Powering on "{ $vm }"
progress-percent = { $percent } % · { $elapsed }
progress-no-percent = { $elapsed }
progress-checking = Looking at the VM once more before anything is done.
progress-looking = Looking at the result.
progress-asked-cancel = @{ $person } asked to cancel; vCenter is stopping it.
progress-merging = Still merging disks ({ $percent } %, { $elapsed }). This is normal for a large snapshot; the VM may be slow meanwhile.
progress-merging-no-percent = Still merging disks ({ $elapsed }). This is normal for a large snapshot; the VM may be slow meanwhile.
progress-long = Still running ({ $elapsed }). vCenter has not said that anything is wrong.
queued-behind = Waiting for { $request }, which is working on this VM.
queued-foreign = vCenter is busy with this VM ({ $task }). I look again every few seconds.
asked-reading = Looking at "{ $vm }".

## Decided
decided-approved = Approved by @{ $person }, { $at }
decided-denied = Denied by @{ $person }, { $at }: "{ $reason }"
decided-denied-no-reason = Denied by @{ $person }, { $at }.
decided-expired = Expired: nobody decided by { $at }. Nothing was done.
decided-withdrawn = Withdrawn by @{ $person }, { $at }. Nothing was done.
decided-stale = Stale: since you asked, { $changes }. Nothing was done.
drift-taken = "{ $snapshot }" was taken ({ $at })
drift-gone = "{ $snapshot }" went
drift-current = the VM was moved to "{ $snapshot }"
drift-current-none = the VM lost its current snapshot
drift-power = the VM was switched to { $power }
drift-other-vm = another VM took the place of this one
drift-other-act = the VM changed in a way that makes this another act

## Done
done-take = "{ $vm }": snapshot "{ $snapshot }" taken in { $took }.
done-take-quiesced = "{ $vm }": snapshot "{ $snapshot }" taken in { $took }, quiesced.
done-take-memory = "{ $vm }": snapshot "{ $snapshot }" taken in { $took }, with memory.
done-take-not-quiesced = "{ $vm }": snapshot "{ $snapshot }" taken, but NOT quiesced.
done-take-not-quiesced-why = VMware Tools did not answer. It is crash-consistent only.
done-take-no-tools = VMware Tools do not answer on this VM, so the disks were taken as they are: crash-consistent.
done-take-off = The VM was off, so the snapshot is clean.
done-keep = Meant to stay until { $until }.
done-revert = "{ $vm }" is back at "{ $snapshot }" ({ $when }).
done-revert-off = It is powered off now: the snapshot held no memory.
done-revert-stayed-off = It is powered off now, as asked.
done-delete = "{ $vm }": snapshot "{ $snapshot }" deleted in { $took }.
done-delete-children = { $count ->
    [one] "{ $vm }": snapshot "{ $snapshot }" deleted in { $took }.
   *[other] "{ $vm }": "{ $snapshot }" and what was below it deleted, { $count } snapshots in { $took }.
}
done-delete-all = { $count ->
    [one] "{ $vm }": its only snapshot deleted in { $took }.
   *[other] "{ $vm }": all { $count } snapshots deleted in { $took }.
}
done-merged = { $bytes } merged.
done-consolidate = "{ $vm }": disks consolidated in { $took }.
done-edit = "{ $vm }": snapshot "{ $snapshot }" changed.
done-edit-renamed = "{ $vm }": snapshot "{ $old }" is called "{ $snapshot }" now.
done-power-on = "{ $vm }" is powered on.
done-consolidation-needed = Disks still need consolidation.
done-unverified = I could not read the VM afterwards to look at the result.
done-not-as-expected = vCenter says it is done, but the VM does not look like it. Look at it before you go on.
done-recovered = vCenter's first answer was lost; its traces show that it ran once.
done-people = Asked by @{ $asker }, took { $took }.
done-people-approved = Asked by @{ $asker }, approved by { $approvers }, took { $took }.

## Not done
failed-take = "{ $vm }": no snapshot was taken.
failed-revert = "{ $vm }" was not reverted.
failed-delete = "{ $vm }": "{ $snapshot }" was not deleted.
failed-delete-all = "{ $vm }": its snapshots were not all deleted.
failed-consolidate = "{ $vm }": the disks were not consolidated.
failed-edit = "{ $vm }": "{ $snapshot }" was not changed.
failed-power-on = "{ $vm }" was not powered on.
cancelled-title = Cancelled: { $what }
cancelled-left = { $count ->
    [0] There is no snapshot on the VM now.
    [one] There is { $count } snapshot on the VM now.
   *[other] There are { $count } snapshots on the VM now.
}
failed-left = { $count ->
    [0] There is no snapshot on the VM now.
    [one] There is { $count } snapshot on the VM now.
   *[other] There are { $count } snapshots on the VM now.
}
fault-unreachable = vCenter could not be reached, so nothing was started. Ask again when it is back.
fault-still-busy = vCenter was busy with this VM all the time. Nothing was done; ask again later.
fault-did-not-run = @{ $person } looked and says that it did not run.
fault-end-unknown = vCenter lost sight of the task, and the VM does not look as it should. Look at it before you go on.
fault-task-in-progress = Another task is working on this VM. Ask again when it has ended.
fault-invalid-power-state = The VM's power state changed meanwhile. Look at it, then ask again.
fault-invalid-state = The VM is in no state for this: it may be disconnected or on the move. Ask a vSphere administrator.
fault-quiesce = The guest could not be put to rest ({ $name }). A snapshot without quiescing is possible.
fault-memory-on-independent-disk = A disk is independent, so memory cannot be captured ({ $name }). Take it without memory instead.
fault-incompatible-device = A device of this VM cannot be in a snapshot: { $message }
fault-too-many-snapshots = The chain of snapshots is as long as vSphere allows. Delete an old one first.
fault-snapshots-disabled = Snapshots of this VM are locked, usually by a backup. Ask the backup administrators.
fault-no-change = Nothing changed since the last snapshot, so that one covers it already.
fault-no-disk-space = A datastore is full: { $message }
fault-file-locked = A file of this VM is held by something else: { $message }
fault-damaged = The snapshot's files are damaged ({ $name }). Do not try again; call the vSphere administrators.
fault-insufficient-resources = The host has not the resources to power this VM on. Ask again with stay-off:yes.
fault-not-supported = This VM or its licence does not allow that ({ $name }).
fault-not-found = The VM or the snapshot is gone meanwhile.
fault-no-permission = My account in vCenter may not do that. The vSphere administrators find the missing privilege in my log.
fault-cancelled = It was cancelled in vCenter.
fault-invalid-argument = vCenter refused the name or another value: { $message }
fault-session = vCenter did not accept my session, so nothing was started. Ask again.
fault-unknown-method = This vCenter does not know that operation ({ $name }).
fault-other = vCenter answered { $name }: { $message }
unsure-title = "{ $vm }": vCenter's answer was lost
unsure-text = I asked vCenter to start and its answer did not come. I am looking for traces before anything else happens.
human-title = "{ $vm }": I do not know whether it ran
human-text = vCenter did not answer when I asked it to start, and shows no task for it. I will not try again by myself. Look at the VM, then tell me what you see.

## Refused
refused-take = "{ $vm }": no snapshot was taken
refused-revert = "{ $vm }" was not reverted
refused-delete = "{ $vm }": nothing was deleted
refused-consolidate = "{ $vm }": nothing was consolidated
refused-edit = "{ $vm }": nothing was changed
refused-power-on = "{ $vm }" was not powered on
block-vm-gone = "{ $vm }" is gone, or another VM has taken its place. Nothing was done. Look it up again with /snapshot list.
block-unreadable = vCenter did not answer, so I cannot tell what would happen. Nothing was done; try again in a minute.
block-template = "{ $vm }" is a template: it has no state to go back to. Convert it to a virtual machine first.
block-disconnected = The host has lost "{ $vm }". Ask a vSphere administrator to connect it again.
block-snapshots-unsupported = "{ $vm }" cannot have snapshots.
block-snapshot-locked = Snapshots of "{ $vm }" are locked, usually by a backup. Ask the backup administrators.
block-memory-while-off = "{ $vm }" is powered off, so there is no memory to capture. Leave out mode:memory: a snapshot of a VM that is off is the best kind.
block-quiesce-while-off = "{ $vm }" is powered off, so there is nothing to quiesce. Leave out mode:quiesce: a snapshot of a VM that is off is the best kind.
block-quiesce-without-tools = "{ $vm }" cannot be quiesced: VMware Tools do not answer in it. Start them, or leave out mode:quiesce.
block-memory-independent-disk = { $device } of "{ $vm }" is independent, so memory cannot be captured (MemorySnapshotOnIndependentDisk). Take it without memory instead.
block-device = { $device } of "{ $vm }" cannot be in a snapshot. Remove it first, or back the VM up another way.
block-chain-too-long = "{ $vm }" has a chain of { $depth } snapshots, and vSphere allows 32. Delete some first: /snapshot list shows them.
block-only-one = "{ $vm }" can have one snapshot only, and has it. Delete that first.
block-no-snapshots = "{ $vm }" has no snapshot. Take one with /snapshot take.
block-snapshot-gone = That snapshot of "{ $vm }" is gone. /snapshot list shows the ones that are there.
block-backup = "{ $snapshot }" on "{ $vm }" belongs to a running backup. Wait until the backup has ended.
block-nothing-to-consolidate = The disks of "{ $vm }" need no consolidation.
block-already-on = "{ $vm }" is powered on already.
block-no-change = The snapshot has that name and description already.
block-method-disabled = vCenter does not allow this on "{ $vm }" now ({ $method }). Something else is working on it; try again later.

## Buttons
button-approve = Approve
button-deny = Deny
button-withdraw = Withdraw
button-cancel = Cancel
button-ask-again = Ask again
button-retry = Try again
button-without-memory = Take without memory
button-without-quiesce = Take without quiescing
button-delete = Delete
button-consolidate = Consolidate
button-power-on = Power on
button-it-ran = It ran
button-it-did-not-run = It did not run
input-reason = Why not?

## Replies that only the person sees
reply-unknown-vm = I know no VM called "{ $text }".
reply-unknown-vm-hint = Did you mean { $nearest }?
reply-unknown-vm-none = Names are as in vCenter; a folder path such as DC1/web/web-01 works too.
reply-which-vm = { $count ->
    [one] I know one VM that could be "{ $text }": is it this one?
    [2] I know two VMs called "{ $text }": which one?
   *[other] I know { $count } VMs called "{ $text }": which one?
}
reply-which-snapshot = "{ $vm }" has { $count } snapshots called "{ $text }": which one?
reply-which-snapshot-any = Which snapshot of "{ $vm }"?
reply-unknown-snapshot = "{ $vm }" has no snapshot called "{ $text }".
reply-unknown-snapshot-hint = It has { $nearest }.
reply-no-snapshots = "{ $vm }" has no snapshots.
reply-no-snapshots-hint = Take one with { $command }.
reply-vcenter-away = "{ $vcenter }" is not answering, so I cannot see its VMs: { $why }
reply-inventory-starting = I have only just started and am still reading the VMs. Try again in a moment.
reply-forbidden = You may not { $verb } "{ $vm }": no rule lets { $groups } do that.
reply-forbidden-no-group = You may not { $verb } "{ $vm }": you are in no group, so no rule speaks for you.
reply-forbidden-deny = You may not { $verb } "{ $vm }": a rule forbids it to you ({ $rule }).
reply-forbidden-holders = { $groups } may. Ask there, or see { $command }.
reply-forbidden-nobody = Nobody may. The rules are in the bot's configuration; see { $command }.
reply-no-approver-rule = "{ $verb }" on "{ $vm }" destroys work and no approval rule covers it, so nobody could say yes. An administrator has to add an [[approval]] rule.
reply-unknown-person = I do not know you. An administrator has to add your account to the bot's configuration.
reply-not-approver = You cannot decide this: it needs { $groups }.
reply-own-request = You asked for this yourself, so somebody else has to decide.
reply-already-approved = You have approved this already; it needs somebody else too.
reply-too-late = { $request } is { $state } already: nothing was changed by your click.
reply-stale-button = This button belongs to an older card. Look at the newest message of { $request }.
reply-bad-token = This button is not one of mine, or it is too old. Ask again with a command.
reply-not-yours = { $request } was asked by @{ $asker }; only they can take it back.
reply-no-request = I know no request { $request }.
reply-nothing-open = You have no open request.
reply-status-title = Your open requests
reply-status-one = { $request }: { $what } · { $state }
reply-several-open = You have { $count } open requests; say which: { $requests }.
reply-not-cancelable = { $request } cannot be cancelled: vCenter does not allow it at this moment.
reply-not-running = { $request } is { $state }: there is nothing to cancel. A request that waits is taken back with { $command }.
reply-not-waiting = { $request } is { $state }: it cannot be taken back any more. While it runs, try { $command }.
reply-cancelling = I asked vCenter to cancel { $request }.
reply-withdrawn = { $request } is withdrawn. Nothing was done.
reply-accepted = { $request } is under way; its message is in the channel.
reply-choice-gone = That choice is too old. Type the command again.
reply-store-down = I cannot write down what happens ({ $why }), so I do nothing that changes a VM. Tell an administrator.
reply-tree-title = "{ $vm }" · { $path }
reply-tree-count = { $count ->
    [0] no snapshots
    [one] { $count } snapshot
   *[other] { $count } snapshots
}
reply-tree-power = { $power }
reply-tree-tools = VMware Tools do not answer
reply-tree-consolidation = disks need consolidation
tree-here = You are here
tree-size = { $bytes }
tree-quiesced = quiesced
reply-help-title = What you can ask for
reply-help-verb-title = /snapshot { $verb }
reply-help-none = No rule lets you do anything yet. An administrator has to add you to a group that has a grant.
reply-help-more = More about one: { $command }
reply-help-forbidden = (not yours)
reply-explain-title = May @{ $person } { $verb } "{ $vm }"?
reply-explain-yes = Yes: { $rule }.
reply-explain-deny = No: { $rule } forbids it, and a deny wins.
reply-explain-no-rule = No: no [[grant]] lets { $groups } do that.
reply-explain-no-group = No: @{ $person } is in no group.
reply-explain-unknown = No: nobody of that name is in the configuration.
reply-explain-holders = Those who may: { $groups }.
reply-explain-approval = Then it needs { $needed } of { $groups } ({ $rule }).
reply-explain-no-approval = It runs without an approval.
reply-explain-approval-missing = No approval rule covers it, so it would be refused.

## Verbs, as in "you may not …"
verb-take = take a snapshot of
verb-list = see the snapshots of
verb-revert = revert
verb-revert-latest = revert
verb-delete = delete a snapshot of
verb-delete-with-children = delete a branch of snapshots of
verb-delete-all = delete all snapshots of
verb-consolidate = consolidate
verb-edit = change a snapshot of
verb-power-on = power on
verb-cancel = cancel what runs on
verb-help = ask for help on
verb-status = see requests on
verb-withdraw = withdraw requests on
verb-explain = explain

help-take = Take a snapshot. Without a name it gets the date and time; mode is auto, disk, quiesce or memory.
help-list = Show the snapshots of a VM as a tree.
help-revert = Go back to a snapshot. Needs somebody's yes.
help-revert-latest = Go back to the snapshot that "You are here" hangs below. Needs somebody's yes.
help-delete = Delete a snapshot; with children:yes everything below it too. The VM itself does not change.
help-delete-all = Delete every snapshot of a VM. Needs somebody's yes.
help-consolidate = Merge disks that a deletion left behind.
help-edit = Rename a snapshot or describe it anew.
help-power-on = Power a VM on.
help-help = Show this, or more about one command.
help-status = Show your open requests, or one request.
help-cancel = Ask vCenter to cancel what runs.
help-withdraw = Take back a request that still waits.
help-explain = Show which rule decides whether you may do something.

## States, as words
state-asked = being looked at
state-refused = refused
state-queued = waiting for the VM
state-awaiting-approval = waiting for an approval
state-starting = starting
state-running = running
state-done = done
state-failed = failed
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
command-option-not-for = "{ $verb }" has no option "{ $word }" (character { $column }).
command-unknown-value = "{ $word }" is no value for { $option } (character { $column }).
command-allowed = It can be { $allowed }.
command-options = It knows { $allowed }.
command-no-options = It knows no options.
command-did-you-mean = Did you mean "{ $suggestion }"?
command-repeated = "{ $option }" is there twice (character { $column }).
command-unbalanced-quote = The quote at character { $column } is not closed.
command-missing-vm = Which VM?
command-missing-request = Which request?
command-missing-verb = Which verb?
command-missing-value = "{ $option }" needs a value (character { $column }).
command-missing-change = Say what changes: a new name, a new description, or both.
command-extra-words = I do not know what to do with "{ $words }" (character { $column }). A name of several words goes in quotes.
command-name-empty = The name is empty.
command-name-too-long = The name has { $length } characters; vSphere allows { $limit }.
command-name-character = The name holds a character that cannot be seen or turns text around ({ $code }, character { $column }). Leave it out.
command-description-too-long = The description has { $length } characters; { $limit } fit.
command-description-reserved = The description holds "[snapwarden" (character { $column }), which only I write. Leave it out.
command-bad-ticket = That is no change number (character { $column }): one word of at most { $limit } characters.
command-bad-duration = "{ $word }" is no duration (character { $column }). Write it like 12h, 3d or 2w.
command-negative-duration = "{ $word }" lies in the past (character { $column }). Write a duration from now on, like 3d.
command-duration-too-long = "{ $word }" is longer than { $limit } (character { $column }). A snapshot is no backup.
command-bad-request-id = "{ $word }" is no request. They look like R-7KQ2.
command-bad-number = "{ $word }" is no number of a snapshot (character { $column }). /snapshot list shows them.
command-example = For example: { $example }
