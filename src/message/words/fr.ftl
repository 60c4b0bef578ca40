# Every sentence the bot says, in French. Names go in quotes, sizes carry "≈", nothing is shouted.

## Ages and tones
age-now = à l'instant
age-minutes = il y a { $count } min
age-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
age-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
tone-info = info
tone-waiting = en attente
tone-running = en cours
tone-success = succès
tone-warning = avertissement
tone-failure = échec

## Asking for an approval
ask-take = Prendre un snapshot de "{ $vm }" nommé "{ $snapshot }" ?
ask-revert = Restaurer "{ $vm }" à "{ $snapshot }" ?
ask-delete = Supprimer "{ $snapshot }" sur "{ $vm }" ?
ask-delete-children = Supprimer "{ $snapshot }" sur "{ $vm }" et tout ce qui est en dessous ?
ask-delete-all = { $count ->
    [one] Supprimer le seul snapshot de "{ $vm }" ?
   *[other] Supprimer tous les snapshots de "{ $vm }", soit { $count } ?
}
ask-consolidate = Consolider les disques de "{ $vm }" ?
ask-edit = Modifier "{ $snapshot }" sur "{ $vm }" ?
ask-power-on = Mettre "{ $vm }" sous tension ?
label-asked-by = Demandé par
label-snapshot = Snapshot
label-lost = Perdu
label-power = Alimentation
label-goes = Supprimé
label-merge = À fusionner
label-mode = Mode
label-decides = Décide
label-approved-by = Approuvé par
label-caution = Attention
label-keep = Fin de conservation
label-vm = VM
snapshot-place = { $number } sur { $of } dans l'arborescence
snapshot-only = le seul
snapshot-by = par @{ $person }
snapshot-with-memory = avec mémoire
snapshot-without-memory = sans mémoire
lost-since = tout ce qui a été écrit depuis ({ $bytes })
lost-since-unknown = tout ce qui a été écrit depuis (vCenter n'indique pas combien)
goes-one = ce snapshot ; la VM elle-même ne change pas
goes-count = { $count ->
    [one] { $count } snapshot
   *[other] { $count } snapshots, le plus ancien pris { $age }
}
merge-bytes = { $bytes } ; la VM peut être lente pendant la fusion
power-change = { $before } maintenant → { $after } ensuite
power-off-no-memory = { $before } maintenant → hors tension ensuite (le snapshot ne contient pas la mémoire)
power-off-asked = { $before } maintenant → hors tension ensuite (elle doit le rester)
power-same = { $before }, sans changement
power-on = sous tension
power-off = hors tension
power-suspended = suspendue
mode-disk = disques seuls
mode-quiesce = avec mise au repos
mode-memory = avec mémoire
mode-why-off = disques seuls (la VM est hors tension, c'est le meilleur moment)
mode-why-tools = avec mise au repos (VMware Tools fonctionne)
mode-why-no-tools = disques seuls (VMware Tools ne répond pas)
decides-one = un membre de { $groups } · échéance : { $until } ({ $left })
decides-one-not = un membre de { $groups }, sauf @{ $asker } · échéance : { $until } ({ $left })
decides-many = { $needed } membres de { $groups } · échéance : { $until } ({ $left })
decides-many-not = { $needed } membres de { $groups }, sauf @{ $asker } · échéance : { $until } ({ $left })
approval-entry = @{ $person }, { $at }

## Warnings on a card
warn-independent-disk = { $device } est indépendant : il ne sera pas restauré.
warn-long-chain = La chaîne comptera { $depth } snapshots ; VMware en recommande deux ou trois.
warn-crash-consistent = Sans mise au repos : l'état sera celui d'après une coupure de courant.
warn-memory-pause = La VM peut se figer un moment pendant l'écriture de sa mémoire.
warn-consolidation = Les disques de cette VM ont déjà besoin d'une consolidation.
warn-reverts-at-power-off = Mettre cette VM hors tension efface tout ce qui a été écrit depuis son snapshot.
warn-long-merge = Fusionner un tel volume est long, et la VM peut être lente pendant ce temps.
warn-windows-trust = Windows dans un domaine : revenir plus de 30 jours en arrière peut rompre sa relation d'approbation avec le domaine.
device-disk = { $label } ("{ $file }")

## Running
run-take = Prise d'un snapshot de "{ $vm }" : "{ $snapshot }"
run-revert = Restauration de "{ $vm }" à "{ $snapshot }"
run-delete = Suppression de "{ $snapshot }" sur "{ $vm }"
run-delete-children = Suppression de "{ $snapshot }" sur "{ $vm }" et de tout ce qui est en dessous
run-delete-all = Suppression de tous les snapshots de "{ $vm }"
run-consolidate = Consolidation des disques de "{ $vm }"
run-edit = Modification de "{ $snapshot }" sur "{ $vm }"
run-power-on = Mise sous tension de "{ $vm }"
progress-percent = { $percent } % · { $elapsed }
progress-no-percent = { $elapsed }
progress-checking = Dernière vérification de la VM avant toute action.
progress-looking = Vérification du résultat.
progress-asked-cancel = @{ $person } a demandé l'annulation ; vCenter arrête la tâche.
progress-merging = Fusion des disques toujours en cours ({ $percent } %, { $elapsed }). C'est normal pour un gros snapshot ; la VM peut être lente pendant ce temps.
progress-merging-no-percent = Fusion des disques toujours en cours ({ $elapsed }). C'est normal pour un gros snapshot ; la VM peut être lente pendant ce temps.
progress-long = Toujours en cours ({ $elapsed }). vCenter n'a signalé aucun problème.
queued-behind = En attente de la demande { $request }, qui est en cours sur cette VM.
queued-foreign = vCenter est occupé avec cette VM ({ $task }). Je vérifie à nouveau toutes les quelques secondes.
asked-reading = Examen de "{ $vm }".

## Decided
decided-approved = Demande approuvée par @{ $person }, { $at }
decided-denied = Demande refusée par @{ $person }, { $at } : "{ $reason }"
decided-denied-no-reason = Demande refusée par @{ $person }, { $at }.
decided-expired = Demande expirée : aucune décision à l'échéance ({ $at }). Rien n'a été fait.
decided-withdrawn = Demande retirée par @{ $person }, { $at }. Rien n'a été fait.
decided-stale = Demande périmée : depuis qu'elle a été faite, { $changes }. Rien n'a été fait.
drift-taken = "{ $snapshot }" a été pris ({ $at })
drift-gone = "{ $snapshot }" a disparu
drift-current = la VM est passée à "{ $snapshot }"
drift-current-none = la VM a perdu son snapshot actuel
drift-power = la VM a changé d'état ({ $power })
drift-other-vm = une autre VM a pris la place de celle-ci
drift-other-act = la VM a changé et l'opération ne serait plus la même

## Done
done-take = "{ $vm }" : snapshot "{ $snapshot }" pris en { $took }.
done-take-quiesced = "{ $vm }" : snapshot "{ $snapshot }" pris en { $took }, avec mise au repos.
done-take-memory = "{ $vm }" : snapshot "{ $snapshot }" pris en { $took }, avec mémoire.
done-take-not-quiesced = "{ $vm }" : snapshot "{ $snapshot }" pris, mais SANS mise au repos.
done-take-not-quiesced-why = VMware Tools n'a pas répondu. Le snapshot est seulement cohérent en cas de panne.
done-take-no-tools = VMware Tools ne répond pas sur cette VM, les disques ont donc été pris tels quels : cohérents en cas de panne.
done-take-off = La VM était hors tension, le snapshot est donc propre.
done-keep = Fin de conservation prévue : { $until }.
done-revert = "{ $vm }" est revenue à "{ $snapshot }" ({ $when }).
done-revert-off = Elle est maintenant hors tension : le snapshot ne contenait pas la mémoire.
done-revert-stayed-off = Elle est maintenant hors tension, comme demandé.
done-delete = "{ $vm }" : snapshot "{ $snapshot }" supprimé en { $took }.
done-delete-children = { $count ->
    [one] "{ $vm }" : snapshot "{ $snapshot }" supprimé en { $took }.
   *[other] "{ $vm }" : "{ $snapshot }" supprimé avec tout ce qui était en dessous, { $count } snapshots en { $took }.
}
done-delete-all = { $count ->
    [one] "{ $vm }" : le seul snapshot a été supprimé en { $took }.
   *[other] "{ $vm }" : les { $count } snapshots ont été supprimés en { $took }.
}
done-merged = { $bytes } fusionnés.
done-consolidate = "{ $vm }" : disques consolidés en { $took }.
done-edit = "{ $vm }" : snapshot "{ $snapshot }" modifié.
done-edit-renamed = "{ $vm }" : le snapshot "{ $old }" s'appelle maintenant "{ $snapshot }".
done-power-on = "{ $vm }" est sous tension.
done-consolidation-needed = Les disques ont encore besoin d'une consolidation.
done-unverified = Je n'ai pas pu relire la VM ensuite pour vérifier le résultat.
done-not-as-expected = vCenter annonce que c'est terminé, mais l'état de la VM ne le confirme pas. Examinez-la avant de continuer.
done-recovered = La première réponse de vCenter s'est perdue ; ses traces montrent que l'opération a eu lieu une fois.
done-people = Demandé par @{ $asker }, exécuté en { $took }.
done-people-approved = Demandé par @{ $asker }, approuvé par { $approvers }, exécuté en { $took }.

## Not done
failed-take = "{ $vm }" : aucun snapshot n'a été pris.
failed-revert = "{ $vm }" n'a pas été restaurée.
failed-delete = "{ $vm }" : "{ $snapshot }" n'a pas été supprimé.
failed-delete-all = "{ $vm }" : ses snapshots n'ont pas tous été supprimés.
failed-consolidate = "{ $vm }" : les disques n'ont pas été consolidés.
failed-edit = "{ $vm }" : "{ $snapshot }" n'a pas été modifié.
failed-power-on = "{ $vm }" n'a pas été mise sous tension.
cancelled-title = Annulé : { $what }
cancelled-left = { $count ->
    [0] Il n'y a maintenant aucun snapshot sur la VM.
    [one] Il y a maintenant { $count } snapshot sur la VM.
   *[other] Il y a maintenant { $count } snapshots sur la VM.
}
failed-left = { $count ->
    [0] Il n'y a maintenant aucun snapshot sur la VM.
    [one] Il y a maintenant { $count } snapshot sur la VM.
   *[other] Il y a maintenant { $count } snapshots sur la VM.
}
fault-unreachable = vCenter était injoignable, rien n'a donc été lancé. Refaites la demande quand il sera de retour.
fault-still-busy = vCenter est resté occupé avec cette VM tout ce temps. Rien n'a été fait ; refaites la demande plus tard.
fault-did-not-run = @{ $person } a vérifié et indique que l'opération n'a pas eu lieu.
fault-end-unknown = vCenter a perdu la trace de la tâche, et la VM n'est pas dans l'état attendu. Examinez-la avant de continuer.
fault-task-in-progress = Une autre tâche est en cours sur cette VM. Refaites la demande quand elle sera terminée.
fault-invalid-power-state = L'état d'alimentation de la VM a changé entre-temps. Examinez-la, puis refaites la demande.
fault-invalid-state = L'état de la VM ne permet pas cette opération : elle est peut-être déconnectée ou en cours de migration. Adressez-vous à un administrateur vSphere.
fault-quiesce = Le système invité n'a pas pu être mis au repos ({ $name }). Un snapshot sans mise au repos est possible.
fault-memory-on-independent-disk = Un disque est indépendant, la mémoire ne peut donc pas être capturée ({ $name }). Prenez plutôt le snapshot sans mémoire.
fault-incompatible-device = Un périphérique de cette VM ne peut pas figurer dans un snapshot : { $message }
fault-too-many-snapshots = La chaîne de snapshots a atteint la longueur maximale autorisée par vSphere. Supprimez d'abord un ancien snapshot.
fault-snapshots-disabled = Les snapshots de cette VM sont verrouillés, en général par une sauvegarde. Adressez-vous aux administrateurs des sauvegardes.
fault-no-change = Rien n'a changé depuis le dernier snapshot, qui suffit donc déjà.
fault-no-disk-space = Une banque de données est pleine : { $message }
fault-file-locked = Un fichier de cette VM est retenu par autre chose : { $message }
fault-damaged = Les fichiers du snapshot sont endommagés ({ $name }). Ne réessayez pas ; prévenez les administrateurs vSphere.
fault-insufficient-resources = L'hôte n'a pas les ressources pour mettre cette VM sous tension. Refaites la demande avec stay-off:yes.
fault-not-supported = Cette VM ou sa licence ne le permet pas ({ $name }).
fault-not-found = La VM ou le snapshot a disparu entre-temps.
fault-no-permission = Mon compte dans vCenter n'en a pas le droit. Les administrateurs vSphere trouveront le privilège manquant dans mon journal.
fault-cancelled = L'opération a été annulée dans vCenter.
fault-invalid-argument = vCenter a refusé le nom ou une autre valeur : { $message }
fault-session = vCenter n'a pas accepté ma session, rien n'a donc été lancé. Refaites la demande.
fault-unknown-method = Ce vCenter ne connaît pas cette opération ({ $name }).
fault-other = vCenter a répondu { $name } : { $message }
unsure-title = "{ $vm }" : la réponse de vCenter s'est perdue
unsure-text = J'ai demandé à vCenter de lancer l'opération et sa réponse n'est pas arrivée. Je cherche des traces avant toute autre action.
human-title = "{ $vm }" : je ne sais pas si l'opération a eu lieu
human-text = vCenter n'a pas répondu quand je lui ai demandé de lancer l'opération, et n'affiche aucune tâche correspondante. Je ne réessaierai pas de moi-même. Examinez la VM, puis dites-moi ce que vous constatez.

## Refused
refused-take = "{ $vm }" : aucun snapshot n'a été pris
refused-revert = "{ $vm }" n'a pas été restaurée
refused-delete = "{ $vm }" : rien n'a été supprimé
refused-consolidate = "{ $vm }" : rien n'a été consolidé
refused-edit = "{ $vm }" : rien n'a été modifié
refused-power-on = "{ $vm }" n'a pas été mise sous tension
block-vm-gone = "{ $vm }" a disparu, ou une autre VM a pris sa place. Rien n'a été fait. Cherchez-la à nouveau avec /snapshot list.
block-unreadable = vCenter n'a pas répondu, je ne peux donc pas dire ce qui se passerait. Rien n'a été fait ; réessayez dans une minute.
block-template = "{ $vm }" est un modèle : il n'a pas d'état auquel revenir. Convertissez-le d'abord en machine virtuelle.
block-disconnected = L'hôte a perdu "{ $vm }". Demandez à un administrateur vSphere de la reconnecter.
block-snapshots-unsupported = "{ $vm }" ne peut pas avoir de snapshots.
block-snapshot-locked = Les snapshots de "{ $vm }" sont verrouillés, en général par une sauvegarde. Adressez-vous aux administrateurs des sauvegardes.
block-memory-while-off = "{ $vm }" est hors tension, il n'y a donc pas de mémoire à capturer. Omettez mode:memory : un snapshot d'une VM hors tension est le meilleur qui soit.
block-quiesce-while-off = "{ $vm }" est hors tension, il n'y a donc rien à mettre au repos. Omettez mode:quiesce : un snapshot d'une VM hors tension est le meilleur qui soit.
block-quiesce-without-tools = "{ $vm }" ne peut pas être mise au repos : VMware Tools n'y répond pas. Démarrez VMware Tools, ou omettez mode:quiesce.
block-memory-independent-disk = { $device } de "{ $vm }" est indépendant, la mémoire ne peut donc pas être capturée (MemorySnapshotOnIndependentDisk). Prenez plutôt le snapshot sans mémoire.
block-device = { $device } de "{ $vm }" ne peut pas figurer dans un snapshot. Enlevez d'abord ce périphérique, ou sauvegardez la VM autrement.
block-chain-too-long = "{ $vm }" a une chaîne de { $depth } snapshots, et vSphere en autorise 32. Supprimez-en d'abord : /snapshot list les affiche.
block-only-one = "{ $vm }" ne peut avoir qu'un seul snapshot, et l'a déjà. Supprimez-le d'abord.
block-no-snapshots = "{ $vm }" n'a pas de snapshot. Prenez-en un avec /snapshot take.
block-snapshot-gone = Ce snapshot de "{ $vm }" a disparu. /snapshot list affiche ceux qui existent.
block-backup = "{ $snapshot }" sur "{ $vm }" appartient à une sauvegarde en cours. Attendez que la sauvegarde soit terminée.
block-nothing-to-consolidate = Les disques de "{ $vm }" n'ont pas besoin de consolidation.
block-already-on = "{ $vm }" est déjà sous tension.
block-no-change = Le snapshot a déjà ce nom et cette description.
block-method-disabled = vCenter n'autorise pas cette opération sur "{ $vm }" pour le moment ({ $method }). Une autre opération y est en cours ; réessayez plus tard.

## Buttons
button-approve = Approuver
button-deny = Refuser
button-withdraw = Retirer
button-cancel = Annuler
button-ask-again = Refaire la demande
button-retry = Réessayer
button-without-memory = Prendre sans mémoire
button-without-quiesce = Prendre sans mise au repos
button-delete = Supprimer
button-consolidate = Consolider
button-power-on = Mettre sous tension
button-it-ran = L'opération a eu lieu
button-it-did-not-run = L'opération n'a pas eu lieu
input-reason = Pourquoi ce refus ?

## Replies that only the person sees
reply-unknown-vm = Je ne connais aucune VM appelée "{ $text }".
reply-unknown-vm-hint = Vouliez-vous dire { $nearest } ?
reply-unknown-vm-none = Les noms sont ceux de vCenter ; un chemin de dossier comme DC1/web/web-01 fonctionne aussi.
reply-which-vm = { $count ->
    [one] Je connais une VM qui pourrait être "{ $text }" : est-ce celle-ci ?
    [2] Je connais deux VM appelées "{ $text }" : laquelle ?
   *[other] Je connais { $count } VM appelées "{ $text }" : laquelle ?
}
reply-which-snapshot = "{ $vm }" a { $count } snapshots appelés "{ $text }" : lequel ?
reply-which-snapshot-any = Quel snapshot de "{ $vm }" ?
reply-unknown-snapshot = "{ $vm }" n'a aucun snapshot appelé "{ $text }".
reply-unknown-snapshot-hint = Elle a { $nearest }.
reply-no-snapshots = "{ $vm }" n'a aucun snapshot.
reply-no-snapshots-hint = Prenez-en un avec { $command }.
reply-vcenter-away = "{ $vcenter }" ne répond pas, je ne vois donc pas ses VM : { $why }
reply-inventory-starting = Je viens de démarrer et je lis encore les VM. Réessayez dans un instant.
reply-forbidden = Vous ne pouvez pas { $verb } "{ $vm }" : aucune règle ne le permet à { $groups }.
reply-forbidden-no-group = Vous ne pouvez pas { $verb } "{ $vm }" : vous n'êtes dans aucun groupe, aucune règle ne s'applique donc à vous.
reply-forbidden-deny = Vous ne pouvez pas { $verb } "{ $vm }" : une règle vous l'interdit ({ $rule }).
reply-forbidden-holders = Ce droit appartient à { $groups }. Demandez-leur, ou consultez { $command }.
reply-forbidden-nobody = Personne n'en a le droit. Les règles sont dans la configuration du bot ; consultez { $command }.
reply-no-approver-rule = "{ $verb }" sur "{ $vm }" détruit du travail et aucune règle d'approbation ne le couvre, personne ne pourrait donc donner son accord. Un administrateur doit ajouter une règle [[approval]].
reply-unknown-person = Je ne vous connais pas. Un administrateur doit ajouter votre compte à la configuration du bot.
reply-not-approver = Vous ne pouvez pas en décider : la décision revient à { $groups }.
reply-own-request = Cette demande est la vôtre, quelqu'un d'autre doit donc décider.
reply-already-approved = Vous avez déjà approuvé cette demande ; il faut aussi l'accord de quelqu'un d'autre.
reply-too-late = La demande { $request } est déjà { $state } : votre clic n'a rien changé.
reply-stale-button = Ce bouton appartient à une carte plus ancienne. Consultez le message le plus récent de la demande { $request }.
reply-bad-token = Ce bouton n'est pas l'un des miens, ou il est trop ancien. Refaites la demande avec une commande.
reply-not-yours = La demande { $request } a été faite par @{ $asker } ; cette personne seule peut la retirer.
reply-no-request = Je ne connais aucune demande { $request }.
reply-nothing-open = Vous n'avez aucune demande ouverte.
reply-status-title = Vos demandes ouvertes
reply-status-one = { $request } : { $what } · { $state }
reply-several-open = Vous avez { $count } demandes ouvertes ; précisez laquelle : { $requests }.
reply-not-cancelable = La demande { $request } ne peut pas être annulée : vCenter ne le permet pas en ce moment.
reply-not-running = La demande { $request } est { $state } : il n'y a rien à annuler. Une demande en attente se retire avec { $command }.
reply-not-waiting = La demande { $request } est { $state } : elle ne peut plus être retirée. Pendant son exécution, essayez { $command }.
reply-cancelling = J'ai demandé à vCenter d'annuler la demande { $request }.
reply-withdrawn = La demande { $request } est retirée. Rien n'a été fait.
reply-accepted = La demande { $request } est en route ; son message est dans le canal.
reply-choice-gone = Ce choix est trop ancien. Saisissez à nouveau la commande.
reply-store-down = Je ne peux pas consigner ce qui se passe ({ $why }), je ne fais donc rien qui modifie une VM. Prévenez un administrateur.
reply-tree-title = "{ $vm }" · { $path }
reply-tree-count = { $count ->
    [0] aucun snapshot
    [one] { $count } snapshot
   *[other] { $count } snapshots
}
reply-tree-power = { $power }
reply-tree-tools = VMware Tools ne répond pas
reply-tree-consolidation = disques à consolider
tree-here = Vous êtes ici
tree-size = { $bytes }
tree-quiesced = avec mise au repos
reply-help-title = Ce que vous pouvez demander
reply-help-verb-title = /snapshot { $verb }
reply-help-none = Aucune règle ne vous permet encore quoi que ce soit. Un administrateur doit vous ajouter à un groupe qui dispose d'un droit.
reply-help-more = En savoir plus sur une commande : { $command }
reply-help-forbidden = (pas pour vous)
reply-explain-title = Est-ce que @{ $person } peut { $verb } "{ $vm }" ?
reply-explain-yes = Oui : { $rule }.
reply-explain-deny = Non : { $rule } l'interdit, et une interdiction l'emporte.
reply-explain-no-rule = Non : aucune règle [[grant]] ne le permet à { $groups }.
reply-explain-no-group = Non : @{ $person } n'est dans aucun groupe.
reply-explain-unknown = Non : personne de ce nom ne figure dans la configuration.
reply-explain-holders = Ce droit appartient à { $groups }.
reply-explain-approval = Ensuite, approbations requises de { $groups } : { $needed } ({ $rule }).
reply-explain-no-approval = L'exécution se fait sans approbation.
reply-explain-approval-missing = Aucune règle d'approbation ne couvre cette opération, elle serait donc rejetée.

## Verbs, as in "you may not …"
verb-take = prendre un snapshot de
verb-list = voir les snapshots de
verb-revert = restaurer
verb-revert-latest = restaurer
verb-delete = supprimer un snapshot de
verb-delete-with-children = supprimer une branche de snapshots de
verb-delete-all = supprimer tous les snapshots de
verb-consolidate = consolider
verb-edit = modifier un snapshot de
verb-power-on = mettre sous tension
verb-cancel = annuler ce qui est en cours sur
verb-help = demander de l'aide sur
verb-status = voir les demandes sur
verb-withdraw = retirer les demandes sur
verb-explain = demander une explication sur

help-take = Prendre un snapshot. Sans nom, il reçoit la date et l'heure ; mode vaut auto, disk, quiesce ou memory.
help-list = Afficher les snapshots d'une VM sous forme d'arborescence.
help-revert = Revenir à un snapshot. Nécessite l'accord de quelqu'un.
help-revert-latest = Revenir au snapshot sous lequel se trouve « Vous êtes ici ». Nécessite l'accord de quelqu'un.
help-delete = Supprimer un snapshot ; avec children:yes, aussi tout ce qui est en dessous. La VM elle-même ne change pas.
help-delete-all = Supprimer tous les snapshots d'une VM. Nécessite l'accord de quelqu'un.
help-consolidate = Fusionner les disques qu'une suppression a laissés derrière elle.
help-edit = Renommer un snapshot ou changer sa description.
help-power-on = Mettre une VM sous tension.
help-help = Afficher ceci, ou en savoir plus sur une commande.
help-status = Afficher vos demandes ouvertes, ou une seule demande.
help-cancel = Demander à vCenter d'annuler ce qui est en cours.
help-withdraw = Retirer une demande encore en attente.
help-explain = Afficher la règle qui décide si vous pouvez faire quelque chose.

## States, as words
state-asked = en cours d'examen
state-refused = rejetée
state-queued = en attente de la VM
state-awaiting-approval = en attente d'une approbation
state-starting = en cours de lancement
state-running = en cours d'exécution
state-done = terminée
state-failed = en échec
state-cancelled = annulée
state-denied = refusée
state-expired = expirée
state-stale = périmée
state-withdrawn = retirée
state-unsure = incertaine
state-needs-human = en attente d'une vérification par quelqu'un

## What is wrong with a command
command-empty = Dites-moi quoi faire.
command-too-long = Cette commande compte { $length } caractères ; { $limit } suffisent pour tout ce que je sais faire.
command-unknown-verb = Je ne connais pas le verbe "{ $word }".
command-unknown-option = Je ne connais pas l'option "{ $word }" (caractère { $column }).
command-option-not-for = "{ $verb }" n'a pas d'option "{ $word }" (caractère { $column }).
command-unknown-value = "{ $word }" n'est pas une valeur de { $option } (caractère { $column }).
command-allowed = Valeurs possibles : { $allowed }.
command-options = Options possibles : { $allowed }.
command-no-options = Ce verbe n'a aucune option.
command-did-you-mean = Vouliez-vous dire "{ $suggestion }" ?
command-repeated = "{ $option }" figure deux fois (caractère { $column }).
command-unbalanced-quote = Le guillemet au caractère { $column } n'est pas fermé.
command-missing-vm = Quelle VM ?
command-missing-request = Quelle demande ?
command-missing-verb = Quel verbe ?
command-missing-value = "{ $option }" a besoin d'une valeur (caractère { $column }).
command-missing-change = Dites ce qui change : un nouveau nom, une nouvelle description, ou les deux.
command-extra-words = Je ne sais pas quoi faire de "{ $words }" (caractère { $column }). Un nom de plusieurs mots se met entre guillemets.
command-name-empty = Le nom est vide.
command-name-too-long = Le nom compte { $length } caractères ; vSphere en autorise { $limit }.
command-name-character = Le nom contient un caractère invisible ou qui inverse le sens du texte ({ $code }, caractère { $column }). Omettez-le.
command-description-too-long = La description compte { $length } caractères ; la limite est de { $limit }.
command-description-reserved = La description contient « [snapwarden » (caractère { $column }), que je suis seul à écrire. Retirez-le.
command-bad-ticket = Ce n'est pas un numéro de changement (caractère { $column }) : un seul mot de { $limit } caractères au plus.
command-bad-duration = "{ $word }" n'est pas une durée (caractère { $column }). Écrivez-la comme 12h, 3d ou 2w.
command-negative-duration = "{ $word }" est dans le passé (caractère { $column }). Écrivez une durée à partir de maintenant, comme 3d.
command-duration-too-long = "{ $word }" dépasse { $limit } (caractère { $column }). Un snapshot n'est pas une sauvegarde.
command-bad-request-id = "{ $word }" n'est pas une demande. Elles s'écrivent comme R-7KQ2.
command-bad-number = "{ $word }" n'est pas un numéro de snapshot (caractère { $column }). /snapshot list les affiche.
command-example = Par exemple : { $example }
