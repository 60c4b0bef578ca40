# Every sentence the bot says, in French. Names go in quotes, sizes carry "≈", nothing is shouted. The space before : ; ? and % does not break (U+00A0).

## Ages, tones and lists
age-now = à l'instant
age-minutes = il y a { $count } min
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
list-and = { $first } et { $last }
list-or = { $first } ou { $last }

## Pictures
picture-title = Snapshots par âge
picture-none = Aucun snapshot
picture-warn = alerte { $age }
picture-max = limite { $age }
picture-count = Snapshots : { $count }
picture-size = Taille : { $size }
picture-unknown = pas encore connu
picture-alt = { $count ->
    [0] Aucun snapshot.
    [one] Un snapshot : { picture-ages }.
   *[other] { $written } snapshots : { picture-ages }.
}
picture-ages = { $warns ->
    [0] { $young } de moins de { $max }, { $over } au-delà
   *[1] { $young } de moins de { $warn }, { $warned } de { $warn } à { $max }, { $over } au-delà
}
picture-alt-count = En { $days } jours, de { $first } à { $last } snapshots.
picture-alt-size = Leur taille est passée de { $first } à { $last }.
table-alt = Chaque snapshot dans un tableau, un par ligne : { $count }.

## Asking for an approval
ask = { $act ->
    [take] Prendre un snapshot de "{ $vm }" nommé "{ $snapshot }" ?
    [revert] { $snapshot ->
        [0] Restaurer "{ $vm }" ?
       *[other] Restaurer "{ $vm }" à "{ $snapshot }" ?
    }
    [delete] { $snapshot ->
        [0] Supprimer un snapshot de "{ $vm }" ?
       *[other] { ask-delete }
    }
    [delete-with-children] { $snapshot ->
        [0] Supprimer un snapshot de "{ $vm }" et tout ce qui est en dessous ?
       *[other] { $count ->
            [one] { ask-delete }
           *[other] Supprimer "{ $snapshot }" de "{ $vm }" et tout ce qui est en dessous ?
        }
    }
    [delete-all] { $count ->
        [0] Supprimer tous les snapshots de "{ $vm }" ?
        [one] Supprimer le seul snapshot de "{ $vm }" ?
        [2] Supprimer les deux snapshots de "{ $vm }" ?
       *[other] Supprimer les { $count } snapshots de "{ $vm }" ?
    }
    [delete-older] { ask-delete-older }
    [consolidate] Consolider les disques de "{ $vm }" ?
    [edit] { $snapshot ->
        [0] Modifier un snapshot de "{ $vm }" ?
       *[other] Modifier "{ $snapshot }" de "{ $vm }" ?
    }
   *[power-on] Mettre "{ $vm }" sous tension ?
}
ask-delete = Supprimer "{ $snapshot }" de "{ $vm }" ?
label-asked-by = Demandé par
label-vm = VM
label-snapshot = Snapshot
label-lost = Perdu
label-power = Alimentation
label-goes = Supprimé
label-merge = Fusion
label-frees = Libère
label-mode = Mode
label-keep = À garder jusqu'au
label-hold = Retenu
label-your-reason = Votre motif
label-when = Date
label-description = Description
label-new-name = Nouveau nom
label-new-description = Nouveau texte
label-approved-by = Approuvé par
label-decides = Décide
label-caution = Attention
label-safety = Avant
label-since = Depuis
label-reason = Motif
label-act = Quoi
snapshot-place = { $of ->
    [1] le seul
   *[other] { $chain ->
        [0] { $number } sur { $of } dans l'arborescence
       *[1] { $number } sur { $of } dans la chaîne
    }
}
snapshot-by = par @{ $person }
size-freed = libère { $bytes }
size-on-disk = { $bytes } sur disque
snapshot-memory = { $memory ->
    [0] sans mémoire
   *[1] avec mémoire
}
lost = { $snapshot ->
    [0] tout ce qui a été écrit depuis
   *[other] tout ce qui a été écrit depuis "{ $snapshot }"
} { $bytes ->
    [0] (vCenter n'indique pas combien)
   *[other] ({ $bytes })
}
lost-since-then = tout ce qui a été écrit depuis
goes-count = { $count ->
    [one] ce snapshot, définitivement ; la VM elle-même ne change pas
   *[other] { $count } snapshots, définitivement, le plus ancien pris { $age } ; la VM elle-même ne change pas
}
goes-unread = définitivement ; la VM elle-même ne change pas
goes-all = { $count ->
    [one] 1 snapshot, définitivement : "{ $names }", pris { $age } ; la VM elle-même ne change pas
   *[other] { $count } snapshots, définitivement : { $names }, le plus ancien pris { $age } ; la VM elle-même ne change pas
}
merge-leftover = { $bytes ->
    [0] ce qu'une suppression a laissé derrière elle ; la VM peut être lente pendant ce temps
   *[other] au plus { $bytes } laissés par une suppression ; la VM peut être lente pendant ce temps
}
power-change = { $asked ->
    [1] { $becomes ->
        [same] suspendue, sans changement (elle doit rester arrêtée, et le snapshot contient sa mémoire)
       *[other] { $before } maintenant → suspendue ensuite (elle doit rester arrêtée, et le snapshot contient sa mémoire)
    }
   *[0] { $becomes ->
        [same] { $before }, sans changement
        [off] { $before } maintenant → hors tension ensuite (le snapshot ne contient pas la mémoire)
       *[other] { $before } maintenant → { $after } ensuite
    }
}
power-on = sous tension
power-off = hors tension
power-suspended = suspendue
power-unknown = état d'alimentation illisible
mode-asked = { $mode ->
    [disk] disques seuls
    [quiesce] avec mise au repos
   *[memory] avec mémoire
}
mode-off = disques seuls (la VM est hors tension, c'est le meilleur moment)
mode-tools-running = avec mise au repos (VMware Tools répond)
mode-no-tools = disques seuls (VMware Tools ne répond pas)
mode-tools-missing = disques seuls (VMware Tools n'est pas installé)
mode-cannot-quiesce = disques seuls (cette VM ne peut pas être mise au repos)
mode-suspended = { $mode ->
    [memory] avec mémoire (la VM est suspendue, cela fait partie de son état)
   *[other] disques seuls (la VM est suspendue, et sa mémoire ne peut pas être capturée)
}
description-cleared = plus aucun
hold-released = { $person ->
    [0] ne l'est plus
   *[other] ne l'est plus ; jusqu'ici par @{ $person } : "{ $reason }"
}
decides = { $begun ->
    [0] { $needed ->
        [one] un membre de { $groups }
       *[other] { $needed } membres de { $groups }
    }{ $own ->
        [0] , sauf @{ $asker }
       *[1] , @{ $asker } compris
    }
   *[1] { $needed ->
        [one] encore un membre de { $groups }
       *[other] encore { $needed } membres de { $groups }
    }{ $own ->
        [0] , sauf @{ $asker }
       *[1] {""}
    }
} · échéance : { $until } ({ $left })
mention-more = et { $count } de plus
confirm-no = Pas maintenant
why-not-own = Vous avez fait cette demande : quelqu'un d'autre décide.
why-not-twice = Vous avez approuvé cette demande ; il faut aussi l'accord de quelqu'un d'autre.
why-not-groups = Seul un membre de { $groups } décide.
approval-entry = @{ $person }, { $at }

## Warnings on a card
warn-independent-disk = { $act ->
    [take] { $device } est indépendant : une restauration ne le ramènera pas en arrière.
   *[other] { $device } est indépendant : il ne sera pas restauré.
}
warn-non-persistent-disk = { $act ->
    [take] { $device } est non persistant : aucun snapshot ne le contient, et ce qui y est écrit se perd à chaque mise hors tension de la VM.
   *[other] { $powers-off ->
        [0] { $device } est non persistant : il ne sera pas restauré, et ce qui y est écrit se perd à chaque mise hors tension de la VM.
       *[1] { $device } est non persistant : cette opération met la VM hors tension, tout ce qui a été écrit sur ce disque depuis la mise sous tension sera donc perdu.
    }
}
warn-backup-at-work = Une sauvegarde est en cours sur cette VM ("{ $snapshot }"). Si cela peut attendre, laissez-la d'abord se terminer.
warn-low-space = { $done ->
    [0] { $need ->
        [growth] "{ $datastore }" a { $free } libres, et il en faudrait { $needed } pour ce qui sera écrit tant que le snapshot existe.
        [memory] "{ $datastore }" a { $free } libres, et il en faudrait { $needed } pour la mémoire et pour ce qui sera écrit tant que le snapshot existe.
       *[merge] "{ $datastore }" a { $free } libres, et la fusion peut demander { $needed } avant d'en rendre.
    } Une banque de données pleine arrête les VM dont les fichiers y grandissent.
   *[1] "{ $datastore }" avait { $free } libres avant cette opération, et il en faudrait { $needed } tant que le snapshot existe. Supprimez-le bientôt, ou demandez de la place aux administrateurs du stockage.
}
warn-long-chain = { $done ->
    [0] La chaîne comptera { $depth } disques delta ; VMware en recommande deux ou trois.
   *[1] La chaîne compte maintenant { $depth } disques delta ; VMware en recommande deux ou trois.
}
warn-crash-consistent = Sans mise au repos : l'état sera celui d'après une coupure de courant.
warn-memory-pause = La VM peut se figer un moment pendant l'écriture de sa mémoire.
warn-consolidation-needed = Les disques de cette VM ont déjà besoin d'une consolidation.
warn-reverts-at-power-off = Mettre cette VM hors tension efface tout ce qui a été écrit depuis son snapshot.
warn-long-merge = Fusionner un tel volume est long, et la VM peut être lente pendant ce temps.
warn-windows-trust = Windows dans un domaine : revenir plus de 30 jours en arrière peut rompre sa relation d'approbation avec le domaine. Un ancien contrôleur de domaine peut en outre réutiliser des numéros de mise à jour que d'autres ont déjà vus (USN rollback).
device-disk = { $label } ("{ $file }")
device-hard-disk = Le disque { $number }
device-scsi = Le contrôleur SCSI { $number }
device-pci = Le périphérique PCI { $number }

## Under way
run = { $act ->
    [take] Prise du snapshot "{ $snapshot }" de "{ $vm }"
    [revert] { $snapshot ->
        [0] Restauration de "{ $vm }"
       *[other] Restauration de "{ $vm }" à "{ $snapshot }"
    }
    [delete] { $snapshot ->
        [0] Suppression d'un snapshot de "{ $vm }"
       *[other] Suppression de "{ $snapshot }" de "{ $vm }"
    }
    [delete-with-children] { $snapshot ->
        [0] Suppression d'un snapshot de "{ $vm }" et de tout ce qui est en dessous
       *[other] { $count ->
            [one] Suppression de "{ $snapshot }" de "{ $vm }"
           *[other] Suppression de "{ $snapshot }" de "{ $vm }" et de tout ce qui est en dessous
        }
    }
    [delete-all] { $count ->
        [0] Suppression de tous les snapshots de "{ $vm }"
        [one] Suppression du seul snapshot de "{ $vm }"
        [2] Suppression des deux snapshots de "{ $vm }"
       *[other] Suppression des { $count } snapshots de "{ $vm }"
    }
    [delete-older] { bulk-running }
    [consolidate] Consolidation des disques de "{ $vm }"
    [edit] { $snapshot ->
        [0] Modification d'un snapshot de "{ $vm }"
       *[other] Modification de "{ $snapshot }" de "{ $vm }"
    }
   *[power-on] Mise sous tension de "{ $vm }"
}
asked-reading = Examen de "{ $vm }" avant toute action
progress = { $percent ->
    [0] { $elapsed }
   *[other] { $percent } % · { $elapsed }
}
progress-step = étape { $step } sur 2 · { $progress }
progress-checking = Dernière vérification de la VM avant toute action.
progress-looking = L'opération est terminée. Vérification du résultat.
progress-lost = { $percent ->
    [0] Connexion à vCenter perdue depuis { $since }.
   *[other] Connexion à vCenter perdue depuis { $since } ; dernière valeur vue : { $percent } %.
}
progress-lost-goes-on = La tâche continue dans vCenter. Je rends compte dès que je la vois à nouveau.
progress-lost-ended = L'opération est terminée. Je vérifie le résultat dès que vCenter répond à nouveau.
unsure-lost = Connexion à vCenter perdue depuis { $since }. Je cherche dès qu'il répond à nouveau.
progress-asked-cancel = @{ $person } a demandé l'annulation ; vCenter arrête la tâche.
progress-cancel-refused = vCenter n'a pas voulu l'annuler : la tâche continue.
safety-first = { $safety-until ->
    [0] un snapshot de l'état actuel est pris d'abord ("{ $safety }")
   *[other] un snapshot de l'état actuel est pris d'abord ("{ $safety }"), conservé jusqu'au { $safety-until }
}
safety-running = { $saved ->
    [0] Étape 1 sur 2 : un snapshot de l'état actuel, "{ $safety }". La restauration est l'étape 2.
   *[1] Étape 2 sur 2 : la restauration. Le snapshot "{ $safety }" de l'état précédent a été pris.
}
nothing-done = { $saved ->
    [0] Rien n'a été fait.
   *[1] Rien n'a été restauré ; le snapshot "{ $safety }", qui vient d'abord, a été pris et il est là.
}
safety-kept = Le snapshot "{ $safety }", qui vient d'abord, a été pris et il est là.
safety-stopped = Rien n'a été restauré : le snapshot "{ $safety }", qui vient d'abord, n'a pas abouti.
progress-long = { $merges ->
    [0] Toujours en cours. vCenter n'a signalé aucun problème.
   *[1] Fusion des disques toujours en cours. C'est normal pour un gros snapshot ; la VM peut être lente pendant ce temps.
}
queued-title = { run } : en file d'attente
queued-behind = La demande { $request } est en cours sur cette VM. Celle-ci continuera d'elle-même ensuite.
queued-foreign = vCenter est occupé avec cette VM ({ $task }). Je vérifie à nouveau toutes les { $every }, jusqu'à l'échéance au plus tard ({ $until }).
people = Demandé par { asker-named }{ $glass ->
    [0] { $approvers ->
        [0] {""}
       *[other] , approuvé par { $approvers }
    }{ $ran ->
        [0] .
       *[other] , exécuté en { $ran }.
    }
   *[other] { $ran ->
        [0] .
       *[other] , en { $ran }.
    } Sans approbation : bris de glace par @{ $glass }, { $glass-at } : "{ $glass-reason }".
}
asker-named = { $ticket ->
    [0] @{ $asker }
   *[other] @{ $asker } ({ $ticket })
}

## Decided
decided-denied = { $reason ->
    [0] Refusé par @{ $person } ({ $at }). Rien n'a été fait.
   *[other] Refusé par @{ $person } : "{ $reason }" ({ $at }). Rien n'a été fait.
}
decided-expired = Expiré : personne n'a décidé avant l'échéance ({ $at }). Rien n'a été fait.
decided-withdrawn = Retiré par @{ $person } ({ $at }). { nothing-done }
decided-stale = Périmé : depuis la demande, { $changes }. { nothing-done }
drift-taken = "{ $snapshot }" a été pris sur "{ $vm }" ({ $at })
drift-gone = "{ $snapshot }" de "{ $vm }" a été supprimé
drift-current = { $snapshot ->
    [0] "{ $vm }" a perdu son snapshot actuel
   *[other] "{ $vm }" a été restaurée à "{ $snapshot }"
}
drift-power = { $power ->
    [on] "{ $vm }" a été mise sous tension
    [off] "{ $vm }" a été mise hors tension
   *[suspended] "{ $vm }" a été suspendue
}
drift-other-vm = une autre VM a pris la place de "{ $vm }"
drift-other-act = "{ $vm }" a changé et l'opération ne serait plus la même

## Done
done = { $act ->
    [take] { $mode ->
        [disk] "{ $vm }" : snapshot "{ $snapshot }" pris{ done-took }.
        [quiesce] "{ $vm }" : snapshot "{ $snapshot }" pris{ done-took }, avec mise au repos.
        [memory] "{ $vm }" : snapshot "{ $snapshot }" pris{ done-took }, avec mémoire.
       *[not-quiesced] "{ $vm }" : snapshot "{ $snapshot }" pris{ done-took }, mais SANS mise au repos : VMware Tools n'a pas répondu.
    }
    [revert] "{ $vm }" est revenue à "{ $snapshot }" ({ $created }).
    [delete] "{ $vm }" : snapshot "{ $snapshot }" supprimé{ done-freed }.
    [delete-with-children] { $count ->
        [one] "{ $vm }" : snapshot "{ $snapshot }" supprimé{ done-freed }.
       *[other] "{ $vm }" : "{ $snapshot }" et tout ce qui était en dessous supprimés, soit { $count } snapshots{ done-freed }.
    }
    [delete-all] { $count ->
        [one] "{ $vm }" : son seul snapshot a été supprimé{ done-freed }.
        [2] "{ $vm }" : les deux snapshots ont été supprimés{ done-freed }.
       *[other] "{ $vm }" : les { $count } snapshots ont été supprimés{ done-freed }.
    }
    [delete-older] { bulk-done }
    [consolidate] "{ $vm }" : disques consolidés.
    [edit] { $verb ->
        [keep] "{ $vm }" : "{ $snapshot }" est conservé jusqu'au { $until }.
        [hold] { $until ->
            [0] "{ $vm }" : "{ $snapshot }" est retenu, jusqu'à ce que quelqu'un le libère.
           *[other] "{ $vm }" : "{ $snapshot }" est retenu jusqu'au { $until }.
        }
        [release] "{ $vm }" : "{ $snapshot }" n'est plus retenu.
       *[edit] { $renamed ->
            [0] { $described ->
                [cleared] "{ $vm }" : le snapshot "{ $snapshot }" n'a plus de description.
               *[other] "{ $vm }" : le snapshot "{ $snapshot }" a une nouvelle description.
            }
           *[other] { $described ->
                [kept] "{ $vm }" : le snapshot "{ $snapshot }" s'appelle maintenant "{ $renamed }".
                [cleared] "{ $vm }" : le snapshot "{ $snapshot }" s'appelle maintenant "{ $renamed }" et n'a plus de description.
               *[other] "{ $vm }" : le snapshot "{ $snapshot }" s'appelle maintenant "{ $renamed }" et a une nouvelle description.
            }
        }
    }
   *[power-on] "{ $vm }" est sous tension.
}
done-took = { $took ->
    [0] {""}
   *[other] {" "}en { $took }
}
done-freed = { $freed ->
    [0] {""}
   *[other] , { $freed } libérés
}
done-take-not-quiesced = Son état est seulement celui d'après une coupure de courant.
done-take-no-tools = VMware Tools ne répond pas sur cette VM, les disques ont donc été pris tels quels : leur état est celui d'après une coupure de courant.
done-take-tools-missing = VMware Tools n'est pas installé sur cette VM, les disques ont donc été pris tels quels : leur état est celui d'après une coupure de courant.
done-take-cannot-quiesce = Cette VM ne peut pas être mise au repos, les disques ont donc été pris tels quels : leur état est celui d'après une coupure de courant.
done-take-suspended = { $mode ->
    [memory] La VM est suspendue, sa mémoire a donc été prise avec le reste.
   *[other] La VM est suspendue et sa mémoire ne peut pas être capturée, les disques ont donc été pris tels quels : leur état est celui d'après une coupure de courant.
}
done-take-asked = Disques seuls, comme demandé : leur état est celui d'après une coupure de courant.
done-take-off = La VM était hors tension, le snapshot est donc propre.
done-keep = À garder jusqu'au { $until }.
done-revert = { $power ->
    [on] Elle est sous tension : le snapshot contenait sa mémoire.
    [off] Elle est maintenant hors tension : le snapshot ne contenait pas la mémoire.
   *[suspended] Elle est maintenant suspendue, comme au moment du snapshot.
}
done-revert-off-still = Elle est hors tension, comme avant.
done-revert-stayed-off = Elle est maintenant suspendue : elle devait rester arrêtée, et le snapshot contient sa mémoire.
done-held-why = Motif : "{ $reason }". Chaque rapport le dit.
done-released = { $own ->
    [0] Il était retenu par @{ $person } : "{ $reason }". @{ $person } en est averti.
   *[1] Il était retenu par @{ $person } : "{ $reason }".
}
done-consolidation = { $merges ->
    [0] Les disques de cette VM ont besoin d'une consolidation.
   *[1] Les disques ont encore besoin d'une consolidation.
}
done-not-as-expected = { run } : vCenter annonce que c'est terminé, mais l'état de la VM ne le confirme pas.
done-look = Examinez "{ $vm }" avant de continuer.
done-unverified = Je n'ai pas pu relire la VM ensuite pour vérifier le résultat.
done-recovered = La première réponse de vCenter s'est perdue ; ses traces montrent que l'opération a eu lieu une fois.
done-twice = Un premier essai a finalement abouti, alors que vCenter n'en montrait aucune trace : il y a deux snapshots de cette demande. Supprimez celui dont vous n'avez pas besoin.
done-safety = { $safety-until ->
    [0] Pour revenir en arrière, restaurez "{ $safety }" : il a été pris juste avant.
   *[other] Pour revenir en arrière, restaurez "{ $safety }" : il a été pris juste avant, et il est conservé jusqu'au { $safety-until }.
}

## Not done
failed = { $act ->
    [take] { refused }
    [revert] { refused }
    [delete] { $snapshot ->
        [0] { refused }
       *[other] "{ $vm }" : "{ $snapshot }" n'a pas été supprimé.
    }
    [delete-with-children] { $snapshot ->
        [0] { refused }
       *[other] { $count ->
            [one] "{ $vm }" : "{ $snapshot }" n'a pas été supprimé.
           *[other] "{ $vm }" : "{ $snapshot }" et ce qui est en dessous n'ont pas tous été supprimés.
        }
    }
    [delete-all] "{ $vm }" : ses snapshots n'ont pas tous été supprimés.
    [delete-older] "{ $vm }" : ses snapshots n'ont pas tous été supprimés.
    [consolidate] "{ $vm }" : les disques n'ont pas été consolidés.
    [edit] { $snapshot ->
        [0] { refused }
       *[other] "{ $vm }" : "{ $snapshot }" n'a pas été modifié.
    }
   *[power-on] { refused }
}
failed-disks-left = { run } : vCenter a signalé une erreur. Les snapshots sont dans l'état attendu, mais il reste des disques à consolider.
failed-yet-done = { run } : vCenter a signalé une erreur, et pourtant la VM est dans l'état attendu.
cancelled-title = { run } : opération annulée
left-count = { $count ->
    [0] Il n'y a maintenant aucun snapshot sur la VM.
    [one] Il y a maintenant { $count } snapshot sur la VM.
   *[other] Il y a maintenant { $count } snapshots sur la VM.
}
left-power = { $power ->
    [on] La VM est maintenant sous tension.
    [off] La VM est maintenant hors tension.
   *[suspended] La VM est maintenant suspendue.
}
fault-unreachable = vCenter était injoignable, rien n'a donc été lancé. Refaites la demande quand il sera de retour.
fault-still-busy = vCenter est resté occupé avec cette VM pendant { $waited }, j'ai donc abandonné. { nothing-done } Refaites la demande quand elle sera libre.
fault-did-not-run = @{ $person } a vérifié et indique que l'opération n'a pas eu lieu. Vous pouvez refaire la demande.
fault-end-unknown = vCenter a perdu la trace de la tâche, et la VM n'est pas dans l'état attendu. Examinez-la avant de continuer.
fault-end-unseen = vCenter a perdu la trace de la tâche, et je n'ai pas pu relire la VM ensuite. Examinez-la avant de continuer.
fault-task-in-progress = Une autre tâche est en cours sur cette VM. Refaites la demande quand elle sera terminée.
fault-invalid-power-state = L'état d'alimentation de la VM ne permet pas cette opération. Examinez-la, puis refaites la demande.
fault-invalid-state = L'état de la VM ne permet pas cette opération : elle est peut-être déconnectée ou en cours de migration. Adressez-vous à un administrateur vSphere.
fault-quiesce = Le système invité n'a pas pu être mis au repos. Un snapshot sans mise au repos est possible.
fault-memory-on-independent-disk = Un disque est indépendant, la mémoire ne peut donc pas être capturée. Prenez plutôt le snapshot sans mémoire.
fault-incompatible-device = Un périphérique de cette VM ne peut pas figurer dans un snapshot. Enlevez-le d'abord, ou sauvegardez la VM autrement.
fault-too-many-snapshots = La chaîne de snapshots a atteint la longueur maximale autorisée par vSphere. Supprimez d'abord un ancien snapshot.
fault-snapshots-disabled = Les snapshots de cette VM sont verrouillés, en général par une sauvegarde. Adressez-vous aux administrateurs des sauvegardes.
fault-no-change = Rien n'a changé depuis le dernier snapshot, qui suffit donc déjà.
fault-no-disk-space = Une banque de données est pleine. Demandez de la place aux administrateurs du stockage, puis refaites la demande.
fault-file-locked = Un fichier de cette VM est retenu par autre chose, en général une sauvegarde ou un autre hôte. Refaites la demande quand il sera libéré.
fault-damaged = Les fichiers du snapshot sont endommagés. Ne réessayez pas ; prévenez les administrateurs vSphere.
fault-insufficient-resources = { $reverts ->
    [0] L'hôte n'a pas les ressources pour mettre cette VM sous tension. Demandez de la place à un administrateur vSphere.
   *[1] L'hôte n'a pas les ressources pour mettre cette VM sous tension. La restaurer sans la mettre sous tension n'en demande pas :
}
fault-not-supported = Cette VM ou sa licence ne le permet pas. Adressez-vous à un administrateur vSphere.
fault-not-found = La VM ou le snapshot a disparu. Voici comment voir ce qui existe :
fault-no-permission = Mon compte dans vCenter n'en a pas le droit. Les administrateurs vSphere trouveront le privilège manquant dans mon journal.
fault-cancelled = L'opération a été annulée dans vCenter.
fault-invalid-argument = vCenter a refusé le nom ou une autre valeur. Changez-la, puis refaites la demande.
fault-not-authenticated = vCenter n'a pas accepté ma session, rien n'a donc été lancé. Refaites la demande.
fault-invalid-login = vCenter n'a pas accepté mon nom d'utilisateur et mon mot de passe, rien n'a donc été lancé. Prévenez un administrateur.
fault-unknown-method = Ce vCenter ne connaît pas cette opération. Adressez-vous à un administrateur vSphere.
fault-other = vCenter a signalé une erreur que je ne connais pas. Examinez la VM avant de refaire la demande.
words-fault = { $message ->
    [0] vCenter appelle cela { $name }.
   *[other] Les mots de vCenter : "{ $message }" ({ $name }).
}
words-details = En détail : "{ $why }".
unsure-title = { run } : la réponse de vCenter s'est perdue
unsure-text = J'ai demandé à vCenter de lancer l'opération et sa réponse n'est pas arrivée. Je cherche des traces avant toute autre action.
unknown = { $act ->
    [take] "{ $vm }" : je ne sais pas si le snapshot a été pris.
    [revert] { $waits ->
        [0] "{ $vm }" : je ne sais pas si la restauration a eu lieu.
       *[1] "{ $vm }" : je ne sais pas si le snapshot a été pris.
    }
    [delete] "{ $vm }" : je ne sais pas si "{ $snapshot }" a été supprimé.
    [delete-with-children] "{ $vm }" : je ne sais pas si "{ $snapshot }" a été supprimé.
    [delete-all] "{ $vm }" : je ne sais pas si ses snapshots ont été supprimés.
    [delete-older] "{ $vm }" : je ne sais pas si ses snapshots ont été supprimés.
    [consolidate] "{ $vm }" : je ne sais pas si ses disques ont été consolidés.
    [edit] "{ $vm }" : je ne sais pas si "{ $snapshot }" a été modifié.
   *[power-on] "{ $vm }" : je ne sais pas si elle a été mise sous tension.
}
human-text = vCenter n'a pas répondu quand je lui ai demandé de lancer l'opération, et n'affiche aucune tâche correspondante. Je ne réessaierai pas de moi-même. Examinez la VM, puis dites-moi ce que vous constatez.
human-who = La réponse revient à { $groups }.
human-safety = Il s'agit du snapshot "{ $safety }", qui vient d'abord. Rien n'a été restauré.

## Refused
refused = { $act ->
    [take] "{ $vm }" : aucun snapshot n'a été pris.
    [revert] "{ $vm }" n'a pas été restaurée.
    [delete] "{ $vm }" : rien n'a été supprimé.
    [delete-with-children] "{ $vm }" : rien n'a été supprimé.
    [delete-all] "{ $vm }" : rien n'a été supprimé.
    [delete-older] "{ $vm }" : rien n'a été supprimé.
    [consolidate] "{ $vm }" : rien n'a été consolidé.
    [edit] "{ $vm }" : rien n'a été modifié.
   *[power-on] "{ $vm }" n'a pas été mise sous tension.
}
block-vm-gone = "{ $vm }" a disparu, ou une autre VM a pris sa place. Cherchez-la à nouveau :
block-unreadable = vCenter n'a pas répondu, je ne peux donc pas dire ce qui se passerait. Réessayez dans une minute.
block-not-readable = vCenter ne me laisse pas tout lire de "{ $vm }", je ne peux donc pas dire ce qui se passerait. Demandez à un administrateur vSphere de donner à mon compte le droit de lire cette VM.
block-template = "{ $vm }" est un modèle : il n'a pas d'état auquel revenir. Convertissez-le d'abord en machine virtuelle.
block-disconnected = L'hôte de "{ $vm }" n'est pas connecté à vCenter. Demandez à un administrateur vSphere de le reconnecter.
block-orphaned = vCenter affiche encore "{ $vm }", mais son hôte ne la connaît plus : elle y a été retirée. Demandez à un administrateur vSphere de l'enregistrer à nouveau.
block-inaccessible = L'hôte n'a pas accès aux fichiers de "{ $vm }". Demandez aux administrateurs du stockage si sa banque de données est disponible.
block-invalid = Le fichier de configuration de "{ $vm }" est endommagé : son hôte ne peut pas le lire. Prévenez un administrateur vSphere.
block-snapshots-unsupported = "{ $vm }" ne peut pas avoir de snapshots. Sauvegardez-la autrement.
block-fault-tolerance = "{ $vm }" est protégée par Fault Tolerance, qui n'autorise aucun snapshot. Demandez à un administrateur vSphere de la désactiver d'abord, ou sauvegardez la VM autrement.
block-revert-unsupported = "{ $vm }" ne peut pas être restaurée à un snapshot. Adressez-vous à un administrateur vSphere.
block-off-unsupported = "{ $vm }" est hors tension, et ses snapshots ne peuvent pas être modifiés dans cet état. Mettez-la d'abord sous tension :
block-snapshot-locked = Les snapshots de "{ $vm }" sont verrouillés, en général par une sauvegarde. Adressez-vous aux administrateurs des sauvegardes.
block-memory-while-off = "{ $vm }" est hors tension, il n'y a donc pas de mémoire à capturer. Omettez mode:memory : un snapshot d'une VM hors tension est le meilleur qui soit.
block-memory-unsupported = La mémoire de "{ $vm }" ne peut pas être capturée. Prenez plutôt le snapshot sans mémoire.
block-quiesce-while-off = "{ $vm }" est hors tension, il n'y a donc rien à mettre au repos. Omettez mode:quiesce : un snapshot d'une VM hors tension est le meilleur qui soit.
block-quiesce-while-suspended = "{ $vm }" est suspendue, il n'y a donc rien à mettre au repos. Omettez mode:quiesce, ou mettez d'abord la VM sous tension.
block-quiesce-unsupported = "{ $vm }" ne peut pas être mise au repos. Omettez mode:quiesce.
block-quiesce-without-tools = "{ $vm }" ne peut pas être mise au repos : VMware Tools n'y répond pas. Démarrez VMware Tools, ou omettez mode:quiesce.
block-quiesce-tools-missing = "{ $vm }" ne peut pas être mise au repos : VMware Tools n'y est pas installé. Installez VMware Tools, ou omettez mode:quiesce.
block-disk-while-suspended = "{ $vm }" est suspendue, et vCenter prend toujours la mémoire d'une telle VM. Omettez mode:disk, ou mettez d'abord la VM sous tension ou hors tension.
block-suspended-needs-memory = "{ $vm }" est suspendue, sa mémoire fait donc partie de chaque snapshot, et sur cette VM elle ne peut pas être capturée. Mettez d'abord la VM sous tension :
block-memory-independent-disk = { $device } est indépendant, la mémoire ne peut donc pas être capturée (MemorySnapshotOnIndependentDisk). Prenez plutôt le snapshot sans mémoire.
block-device = { $kind ->
    [physical-rdm] { $device } est un périphérique brut en mode physique, qu'aucun snapshot ne peut contenir. Enlevez-le d'abord, ou sauvegardez la VM autrement.
    [shared-bus] { $device } partage son bus avec d'autres VM, ce qu'aucun snapshot ne peut contenir. Mettez d'abord fin à ce partage, ou sauvegardez la VM autrement.
    [passthrough] { $device } est relié directement à l'hôte, ce qu'aucun snapshot d'une VM sous tension ne peut contenir. Mettez d'abord la VM hors tension.
    [virtual-gpu] { $device } est un GPU virtuel, qu'aucun snapshot d'une VM sous tension ne peut contenir. Mettez d'abord la VM hors tension.
   *[other] { $device } ne peut pas figurer dans un snapshot. Enlevez d'abord ce périphérique, ou sauvegardez la VM autrement.
}
block-chain-too-long = "{ $vm }" a { $count } disques delta dans une chaîne, et vSphere en autorise 32, dont deux restent pour les sauvegardes. { $left ->
    [0] Supprimez d'abord des snapshots :
   *[1] C'est plus que ses snapshots : des suppressions ont laissé des disques. Consolidez-les d'abord :
}
block-managed = "{ $vm }" est gérée par un autre produit dans vCenter ({ $by }), et ses snapshots appartiennent à ce produit. Je n'y touche pas. Un administrateur peut l'autoriser dans ma configuration.
block-only-one = "{ $vm }" ne peut avoir qu'un seul snapshot, et l'a déjà. Supprimez-le d'abord :
block-no-room = "{ $datastore }" a { $free } libres, et il faut { $needed } à un snapshot de "{ $vm }" pour commencer. Demandez de la place aux administrateurs du stockage.
block-no-room-for-memory = "{ $datastore }" a { $free } libres, et il faut { $needed } à la mémoire de "{ $vm }". Prenez le snapshot sans mémoire, ou demandez de la place aux administrateurs du stockage.
block-no-snapshots = "{ $vm }" n'a aucun snapshot. Prenez-en un :
block-no-current = { $count ->
    [1] Le seul snapshot de "{ $vm }" n'est pas le snapshot courant. Choisissez-le :
   *[other] Aucun des { $count } snapshots de "{ $vm }" n'est le snapshot courant. Choisissez-en un :
}
block-snapshot-gone = Ce snapshot de "{ $vm }" a disparu. Voici comment voir ceux qui existent :
block-backup = "{ $snapshot }" sur "{ $vm }" appartient à une sauvegarde en cours. Refaites la demande quand la sauvegarde sera terminée. Si aucune n'est en cours, ce snapshot a été oublié : adressez-vous aux administrateurs des sauvegardes.
block-nothing-to-consolidate = Les disques de "{ $vm }" n'ont pas besoin de consolidation.
block-already-on = "{ $vm }" est déjà sous tension.
block-no-change = Le snapshot a déjà ce nom et cette description.
block-same-end = Le snapshot est déjà conservé jusqu'au { $until }.
block-on-hold = { $until ->
    [0] "{ $vm } · { $snapshot }" est retenu par @{ $person } : "{ $reason }". Demandez à @{ $person }, ou libérez-le d'abord.
   *[other] "{ $vm } · { $snapshot }" est retenu par @{ $person } jusqu'au { $until } : "{ $reason }". Demandez à @{ $person }, ou libérez-le d'abord.
}
block-more-on-hold = { $count ->
    [one] 1 autre snapshot est retenu.
   *[other] { $count } autres snapshots sont retenus.
}
block-not-on-hold = Ce snapshot n'est pas retenu. Rien n'a été modifié.
block-other-hold = "{ $vm } · { $snapshot }" est maintenant retenu par @{ $person } : "{ $reason }". Ce n'est pas la retenue dont il s'agissait. Rien n'a été modifié.
block-no-safety = Le snapshot pris avant la restauration de "{ $vm }" n'est pas possible, donc rien n'est restauré.
block-frozen = Tout est gelé par @{ $person } : "{ $reason }". { nothing-done } Redemandez quand ce sera fini.
block-asked-too-long-ago = Votre demande date de { $at }, et j'ai été absent depuis. Rien n'a été fait ; redemandez si vous le voulez encore.
block-method-disabled = vCenter n'autorise pas cette opération sur "{ $vm }" pour le moment ({ $method }) : autre chose retient la VM, souvent une sauvegarde. Réessayez plus tard, ou adressez-vous à un administrateur vSphere.

## Pourquoi les règles ne laissent pas une opération se poursuivre
refusal-rule = { $rule ->
    [0] une règle de la configuration
   *[other] { $rule }
}
refusal-unknown-person = @{ $person } ne figure plus dans la configuration du bot.
refusal-denied = @{ $person } ne peut plus { $verb } "{ $vm }" : { refusal-rule } l'interdit.
refusal-not-granted = { $groups ->
    [0] @{ $person } ne peut plus { $verb } "{ $vm }" : aucune règle ne le permet à qui que ce soit.
   *[other] @{ $person } ne peut plus { $verb } "{ $vm }" : ce droit appartient à { $groups }.
}
refusal-tags-unknown = Les balises de "{ $vm }" sont illisibles pour l'instant, et { refusal-rule } en dépend. Redemandez quand elles seront lisibles.
refusal-members-unknown = Les membres de { $groups } sont illisibles pour l'instant, et les règles en dépendent. Redemandez quand ils seront lisibles.
refusal-hold-of-other = @{ $person } ne peut plus lever la retenue de @{ $holder } ("{ $reason }").
refusal-no-approval-rule = Cette opération détruit du travail, et la configuration ne désigne plus personne pour l'approuver.
refusal-ticket = La règle d'approbation a changé : elle demande un numéro de changement du genre { $pattern } ({ refusal-rule }).
refusal-safety = La règle d'approbation a changé : elle demande un snapshot avant la restauration ({ refusal-rule }).
refusal-other-approvers = La règle d'approbation a changé : elle demande l'approbation d'un membre de { $groups } ({ refusal-rule }).
refusal-not-approved = Les approbations données ne suffisent plus.
refusal-auto-delete-off = La configuration ne me laisse plus supprimer les snapshots expirés de "{ $vm }".
refusal-frozen = @{ $administrator } a gelé toutes les modifications : "{ $reason }".
struck-not-approver = { $glass ->
    [0] L'approbation de @{ $person } ({ $at }) ne compte plus : @{ $person } n'est plus membre de { $groups }.
   *[1] Le bris de glace de @{ $person } ({ $at }) ne compte plus : @{ $person } ne peut plus se passer d'une approbation.
}
struck-own-request = L'approbation de @{ $person } ({ $at }) ne compte plus : un demandeur ne peut plus approuver sa propre demande.
struck-unknown-person = L'approbation de @{ $person } ({ $at }) ne compte plus : @{ $person } ne figure plus dans la configuration du bot.

## Buttons
button-approve = Approuver
button-confirm = Confirmer
button-deny = Refuser
button-break-glass = Bris de glace
button-go-on = Continuer
button-withdraw = Retirer
button-cancel = Annuler
button-ask-again = Refaire la demande
button-retry = Réessayer
button-without-memory = Prendre sans mémoire
button-without-quiesce = Prendre sans mise au repos
button-delete = Supprimer
button-consolidate = Consolider
button-power-on = Mettre sous tension
button-extend = Conserver
button-hold = Retenir
button-release = Libérer
button-show = Afficher
button-stop = Arrêter
button-it-ran = L'opération a eu lieu
button-it-did-not-run = L'opération n'a pas eu lieu
input-reason = Pourquoi ce refus ?
input-glass = Pourquoi cela ne peut-il pas attendre une approbation ? Tout le canal le lira.
input-hold = Pourquoi est-il retenu ?
input-ticket = Numéro de changement

## Replies that only the person sees
reply-unknown-vm = Je ne connais aucune VM appelée "{ $text }".
    .hint = { $nearest ->
        [0] Les noms sont ceux de vCenter ; un chemin de dossier comme DC1/web/web-01 fonctionne aussi.
       *[other] Vouliez-vous dire { $nearest } ?
    }
reply-which-vm = { $count ->
    [one] Je connais une VM qui pourrait être "{ $text }" : est-ce celle-ci ?
    [2] Je connais deux VM appelées "{ $text }" : laquelle ?
   *[other] Je connais { $count } VM appelées "{ $text }" : laquelle ?
}
reply-which-snapshot = { $text ->
    [0] { $count ->
        [one] "{ $vm }" a un seul snapshot : est-ce celui-ci ?
       *[other] Quel snapshot de "{ $vm }" ?
    }
   *[other] { $count ->
        [one] "{ $vm }" a un snapshot qui pourrait être "{ $text }" : est-ce celui-ci ?
        [2] "{ $vm }" a deux snapshots appelés "{ $text }" : lequel ?
       *[other] "{ $vm }" a { $count } snapshots appelés "{ $text }" : lequel ?
    }
}
reply-more = { $count ->
    [one] Il y en a encore un ; nommez-le dans la commande.
   *[other] Il y en a encore { $count } ; nommez le bon dans la commande.
}
reply-unknown-snapshot = "{ $vm }" n'a aucun snapshot appelé "{ $text }".
    .hint = { $nearest ->
        [0] Voici comment voir ce qui existe :
       *[other] Elle a { $nearest }. La liste complète :
    }
reply-no-snapshots = "{ $vm }" n'a aucun snapshot.
    .hint = Prenez-en un :
reply-vcenter-away = "{ $vcenter }" ne répond pas, je ne vois donc pas ses VM. Rien n'a été fait ; réessayez dans quelques minutes.
reply-vm-gone = "{ $vm }" n'est plus dans vCenter.
reply-not-readable = vCenter ne me laisse pas tout lire de "{ $vm }", je ne connais donc pas ses snapshots. Demandez à un administrateur vSphere de donner à mon compte le droit de lire cette VM.
reply-starting = Je viens de démarrer et je lis encore les VM. Réessayez dans un instant.
reply-forbidden = Vous ne pouvez pas { $verb } "{ $vm }" : { $denied ->
    [0] { $groups ->
        [0] vous n'êtes dans aucun groupe, aucune règle ne s'applique donc à vous.
       *[other] aucune règle ne le permet à { $groups }.
    }
   *[1] { $rule ->
        [0] une règle vous l'interdit.
       *[other] une règle vous l'interdit ({ $rule }).
    }
}
    .hint = { $holders ->
        [0] Personne n'en a le droit. Les règles sont dans la configuration du bot ; consultez { $command }.
       *[other] Ce droit appartient à { $holders }. Adressez-vous là, ou consultez { $command }.
    }
reply-tags-unknown = Vous ne pouvez pas { $verb } "{ $vm }" pour l'instant : les balises de cette machine virtuelle sont illisibles, et une règle en dépend{ $rule ->
    [0] .
   *[other] {" "}({ $rule }).
}
    .hint = Rien n'a été fait. Elles sont lues chaque minute, redemandez donc dans un moment ; si cela dure, le journal du bot en donne la raison à un administrateur.
reply-groups-unknown = Je ne peux pas l'autoriser pour l'instant : on ignore si vous faites partie de { $groups }.
    .hint = Rien n'a été fait. La plateforme de discussion ne donne pas les membres de ce groupe. Je réessaie toutes les trente secondes, redemandez donc dans un moment ; si cela dure, un administrateur en trouve la raison dans le journal du bot.
reply-no-approver-rule = Vous ne pouvez pas encore { $verb } "{ $vm }" : cela détruit du travail, et aucune règle ne dit qui pourrait l'approuver.
    .hint = Un administrateur doit ajouter une règle d'approbation à la configuration du bot.
reply-unknown-person = Je ne vous connais pas. Un administrateur doit ajouter votre compte à la configuration du bot.
reply-frozen = Tout est gelé par @{ $person } : "{ $reason }".
    .hint = Rien n'est modifié tant qu'un administrateur ne dégèle pas. Ce qui est en cours continue, et vous pouvez toujours regarder.
reply-frozen-now = Tout est gelé. Ce qui est en cours va à son terme ; rien de nouveau ne commence avant :
reply-frozen-under-way = { $count ->
    [one] Cet appel a été envoyé avant le gel, et vCenter n'y a pas encore répondu : { $calls }.
   *[other] Ces appels ont été envoyés avant le gel, et vCenter n'y a pas encore répondu : { $calls }.
}
reply-unfrozen-now = Les modifications peuvent reprendre.
reply-not-frozen = Rien n'est gelé.
reply-not-administrator = { $groups ->
    [0] Personne ne peut geler : la configuration du bot ne nomme aucun administrateur.
   *[other] Seul un membre de { $groups } peut geler et dégeler.
}
reply-not-breaker = { $groups ->
    [0] Personne ne peut se passer de l'approbation : la règle ne prévoit pas de bris de glace.
   *[other] Vous ne pouvez pas vous passer de l'approbation : c'est réservé à { $groups }.
}
reply-reason-needed = Dites pourquoi, en 1 à { $limit } caractères visibles. Rien n'a été fait.
reply-ticket-needed = Il faut un numéro de changement pour { $verb } "{ $vm }".
    .hint = { $given ->
        [0] Il ressemble à { $pattern }. Donnez-le ici, ou ajoutez ticket: à la commande.
       *[other] "{ $given }" ne ressemble pas à { $pattern }. Donnez-en un autre ici, ou ajoutez ticket: à la commande.
    }
reply-not-approver = Vous ne pouvez pas en décider : la décision revient à un membre de { $groups }.
reply-own-request = Cette demande est la vôtre, quelqu'un d'autre doit donc décider.
reply-already-approved = Vous avez déjà approuvé cette demande ; il faut aussi l'accord de quelqu'un d'autre.
reply-asked-already = { $request ->
    [0] Cela vient d'être demandé, et votre clic n'a rien changé.
   *[other] C'est déjà demandé : c'est devenu { $request }, et votre clic n'a rien changé.
}
reply-too-late = La demande { $request } est maintenant { $state } : votre clic n'a rien changé.
reply-stale-button = Ce bouton appartient à une carte plus ancienne. Consultez le message le plus récent de la demande { $request }.
reply-bad-token = Ce bouton n'est pas l'un des miens, ou il est trop ancien. Refaites la demande avec une commande.
reply-not-yours = La demande { $request } a été faite par @{ $asker } ; cette personne seule peut faire cela.
reply-no-request = Je ne connais aucune demande { $request }. Vos demandes ouvertes :
reply-nothing-open = Vous n'avez aucune demande ouverte.
reply-open = Vos demandes ouvertes
reply-status-row = { $verb } "{ $vm }" · { $state }
reply-not-cancelable = La demande { $request } ne peut pas être annulée : vCenter ne le permet pas en ce moment.
reply-not-running = La demande { $request } est { $state } : il n'y a rien à annuler.
reply-take-back = Elle peut être retirée :
reply-not-waiting = La demande { $request } est { $state } : elle ne peut plus être retirée.
reply-try-cancel = vCenter peut peut-être encore l'annuler :
reply-cancelling = J'ai demandé à vCenter d'annuler la demande { $request }.
reply-stopping = La demande { $request } est arrêtée. Une suppression en cours se termine, et aucune autre ne commence.
reply-withdrawn = La demande { $request } est retirée : plus rien ne sera fait pour elle.
frozen = Tout est gelé par @{ $person }
    .hint = Rien n'est modifié tant qu'un administrateur ne dégèle pas. Ce qui est en cours va à son terme ; ce qui attend une décision continue d'attendre.
frozen-caution = Tout est gelé par @{ $person } : "{ $reason }". Rien n'est modifié tant qu'un administrateur ne dégèle pas.
unfrozen = Les modifications peuvent reprendre : @{ $by } a dégelé
    .hint = Gelé depuis { $since } par @{ $person } : "{ $reason }".
glass = Bris de glace : @{ $person } a fait passer { $request } sans son approbation
    .hint = Ce message, la carte et la piste d'audit gardent qui l'a fait et pourquoi.
unknown-tasks = { $count ->
    [one] "{ $vcenter }" a une tâche de mon compte que je n'ai pas lancée
   *[other] "{ $vcenter }" a { $count } tâches de mon compte que je n'ai pas lancées
}
    .hint = Aucune ligne de la piste d'audit n'en rend compte. Quelqu'un d'autre utilise peut-être mon compte : changez son mot de passe et regardez ce qui a été fait.
unknown-tasks-more = { $count ->
    [one] Il y en a une de plus ; la piste d'audit la contient.
   *[other] Il y en a { $count } de plus ; la piste d'audit les contient.
}
group-unread = Les membres de { $group } sont illisibles.
    .hint = Tant qu'ils le restent, ce groupe ne donne aucun droit à ses membres de la plateforme de discussion, et un refus qui le vise s'applique à toute personne qui peut en faire partie. Je préviens dès qu'ils sont de nouveau lisibles.
group-read = Les membres de { $group } sont de nouveau lisibles.
    .hint = Les droits du groupe suivent de nouveau ses membres sur la plateforme de discussion.
clock-skew = L'horloge du vCenter { $vcenter } { $side ->
        [behind] retarde
       *[ahead] avance
    } de { $apart } sur la mienne.
    .hint = Je compare les âges et les limites avec l'horloge du vCenter : ils restent justes. Les heures affichées par le vCenter diffèrent des miennes tant que les deux horloges n'utilisent pas le même serveur de temps.
clocks-agree = L'horloge du vCenter { $vcenter } et la mienne concordent de nouveau.
    .hint = Il n'y a plus rien à faire.
channel-unreached = Impossible de publier des messages dans { $channel }.
    .hint = Les rapports et avertissements qui lui sont destinés n'atteignent personne. Ils sont conservés et seront publiés dès que le canal acceptera de nouveau des messages. Rétablissez le canal, invitez-y le bot ou indiquez un autre canal dans la configuration.
channel-reached = Les messages peuvent de nouveau être publiés dans { $channel }.
    .hint = Les rapports et avertissements conservés pour ce canal sont en cours de publication.
channel-lost = { $request } ne peut pas être affichée dans son canal.
    .hint = Son message continue ici, pour vous seul. Il y a été supprimé, ou le canal n'existe plus, ou je n'y suis pas : invitez-moi et redemandez là où d'autres doivent la voir et l'approuver.
released = @{ $person } a libéré "{ $vm } · { $snapshot }", que vous reteniez.
    .hint = Plus rien ne l'empêche d'être supprimé. Pour le garder, retenez-le à nouveau :
released-replaced = @{ $person } retient maintenant "{ $vm } · { $snapshot }" à votre place.
reply-choice-gone = Ce choix est trop ancien. Saisissez à nouveau la commande.
reply-keep-too-long = Aucun snapshot ne peut rester plus de { $limit }. Pour en garder un plus longtemps, retenez-le avec un motif.
reply-hold-reason-needed = Donnez un motif : il figure dans chaque rapport.
reply-hold-of-other = "{ $vm } · { $snapshot }" est retenu par @{ $person } : "{ $reason }". Rien n'a été modifié.
    .hint = { $known ->
        [0] { $groups ->
            [0] @{ $person } ne figure plus dans la configuration, et personne d'autre ne peut le libérer. Demandez à un administrateur de l'autoriser.
           *[other] @{ $person } ne figure plus dans la configuration. Les membres de { $groups } peuvent le libérer.
        }
       *[1] { $groups ->
            [0] Seul @{ $person } peut le libérer.
           *[other] @{ $person } peut le libérer. Les membres de { $groups } aussi.
        }
    }
reply-row-gone = "{ $snapshot }" sur "{ $vm }" n'existe plus. Rien n'a été fait.
reply-row-changed = Plus à jour : "{ $snapshot }" sur "{ $vm }" a changé depuis la publication de cette ligne. Rien n'a été modifié.
row-kept = { $until ->
    [0] Il n'a pas de date de fin.
   *[other] Il est conservé jusqu'au { $until }.
}
row-held = { $person ->
    [0] Il n'est pas retenu.
   *[other] { $until ->
        [0] Il est retenu par @{ $person } : "{ $reason }".
       *[other] Il est retenu par @{ $person } jusqu'au { $until } : "{ $reason }".
    }
}
reply-unknown-report = { $known ->
    [0] Il n'y a pas de rapport "{ $name }", aucun n'est configuré.
   *[other] Il n'y a pas de rapport "{ $name }". Il y a { $known }.
}
reply-keep-past = Ce moment est passé. Donnez-en un à venir, comme "jusqu'à vendredi 18h" ; écrivez l'année d'une date d'une autre année.
reply-too-fast = Vous envoyez des commandes plus vite que je n'en accepte d'une seule personne. Rien n'a été fait. Attendez une minute avant de continuer.
reply-too-many-open = Vous avez { $count } demandes ouvertes, le maximum par personne. Rien n'a été fait.
    .hint = Retirez-en, ou attendez qu'elles se terminent. "status" les affiche.
reply-line-full = { $count } demandes attendent déjà "{ $vm }". Rien n'a été fait. Réessayez quand certaines seront terminées.
reply-store-down = Je ne peux pas consigner ce qui se passe, je ne fais donc rien qui modifie une VM. Prévenez un administrateur.
reply-store-unsure = Je ne sais pas si j'ai pu consigner cela. Rien n'est fait pour l'instant ; si c'est consigné, cela reprendra quand je pourrai le relire, et son message le montrera. Regardez-y avant de redemander, et prévenez un administrateur.
reply-tree = Snapshots de "{ $vm }" ({ $path })
reply-tree-past = Le vCenter "{ $vcenter }" ne répond pas. Voici son état au { $seen }, lors de sa dernière réponse ; il a pu changer depuis.
reply-tree-count = { $count ->
    [0] aucun snapshot
    [one] { $count } snapshot
   *[other] { $count } snapshots
}
reply-tree-tools = VMware Tools ne répond pas
reply-tree-deltas = { $count } disques delta dans une chaîne, plus que ses snapshots
reply-tree-consolidation = disques à consolider
tree-here = Vous êtes ici
tree-quiesced = avec mise au repos
tree-until = jusqu'au { $until }
tree-held = retenu par @{ $person } : "{ $reason }"
reply-help-title = Ce que vous pouvez demander
reply-help-verb-title = /snapshot { $verb }
reply-help-none = Aucune règle ne vous permet encore quoi que ce soit. Un administrateur doit vous ajouter à un groupe qui dispose d'un droit.
reply-help-more = En savoir plus sur une commande :
reply-help-line = { $granted ->
    [0] { $sentence } (droit non accordé)
   *[1] { $sentence }
}
reply-help-aliases = S'écrit aussi : { $aliases }.
reply-explained = Est-ce que @{ $person } peut { $verb } "{ $vm }" ?
explain-allowed = Oui : { $rule }.
explain-denied = Non : interdit par { $rule }. Une interdiction l'emporte toujours.
explain-no-rule = { $groups ->
    [0] Non : @{ $person } n'est dans aucun groupe.
   *[other] Non : aucune règle ne le permet à { $groups }.
}
explain-tags-unknown = Non : les balises de cette machine virtuelle sont illisibles pour l'instant, et une règle en dépend ({ $rule }).
explain-groups-unknown = Non : on ignore pour l'instant si @{ $person } fait partie de { $groups }, et une règle en dépend ({ $rule }).
explain-members = { $at ->
    [0] Les membres de { $group } sur la plateforme de discussion sont illisibles pour l'instant.
   *[other] Membres de { $group } sur la plateforme de discussion, dernière lecture : { $at }.
}
explain-unknown-person = Non : personne de ce nom ne figure dans la configuration.
explain-holders = Ce droit appartient à { $holders }.
explain-approval-yes = { $needed ->
    [one] Il faut l'approbation d'un membre de { $groups } ({ $rule }).
   *[other] Il faut l'approbation de { $needed } membres de { $groups } ({ $rule }).
}
explain-approval-no = L'exécution se fait sans approbation.
explain-approval-missing = Aucune règle d'approbation ne couvre cette opération, elle serait donc rejetée.
explain-ticket = Il faut un numéro de changement du genre { $pattern }.
explain-self = Le oui du demandeur compte, s'il est approbateur.
explain-glass = { $groups } peut se passer de l'approbation, pour un motif que tout le monde lira.
explain-safety = Un snapshot de l'état actuel de la VM est pris d'abord.

## Verbs, as in "you may not …"
verb-take = prendre un snapshot de
verb-list = voir les snapshots de
verb-revert = restaurer
verb-revert-latest = restaurer
verb-delete = supprimer un snapshot de
verb-delete-with-children = supprimer une branche de snapshots de
verb-delete-all = supprimer tous les snapshots de
verb-consolidate = consolider les disques de
verb-edit = modifier un snapshot de
verb-keep = dire combien de temps restent les snapshots de
verb-hold = retenir des snapshots de
verb-release = libérer des snapshots de
verb-release-any = libérer les snapshots retenus par d'autres sur
verb-delete-older = supprimer les anciens snapshots de
verb-power-on = mettre sous tension
verb-cancel = annuler ce qui est en cours sur

help-take = Prendre un snapshot. Sans nom, il reçoit la date et l'heure ; mode vaut auto, disk, quiesce ou memory.
help-list = Afficher les snapshots d'une VM sous forme d'arborescence.
help-report = Afficher les snapshots devenus trop anciens, parmi les VM que vous pouvez voir.
help-revert = Revenir à un snapshot : tout ce qui a été écrit depuis est perdu. Nécessite l'accord de quelqu'un.
help-revert-latest = Revenir au snapshot sous lequel se trouve "Vous êtes ici". Nécessite l'accord de quelqu'un.
help-delete = Supprimer un snapshot ; avec children:yes, aussi tout ce qui est en dessous. La VM elle-même ne change pas.
help-delete-all = Supprimer tous les snapshots d'une VM. Nécessite l'accord de quelqu'un.
help-delete-older = Supprimer ce qui dépasse un âge, pour une VM, un dossier ou tout : d'abord un plan, puis l'accord de quelqu'un, puis une VM après l'autre.
help-consolidate = Fusionner les disques qu'une suppression a laissés derrière elle.
help-edit = Renommer un snapshot ou changer sa description.
help-keep = Dire jusqu'à quand un snapshot est conservé : 3j, ou jusqu'à vendredi 18h.
help-hold = Retenir un snapshot : il reste au-delà de son terme, et rien ne le supprime. Le motif figure dans chaque rapport.
help-release = Libérer un snapshot retenu. S'il l'est par quelqu'un d'autre, il faut être de son groupe ou en avoir le droit.
help-power-on = Mettre une VM sous tension.
help-help = Afficher ceci, ou en savoir plus sur une commande.
help-status = Afficher vos demandes ouvertes, ou une seule demande.
help-cancel = Demander à vCenter d'annuler ce qui est en cours.
help-withdraw = Retirer une demande encore en attente.
help-explain = Afficher la règle qui décide si vous pouvez faire quelque chose.
help-freeze = Arrêter toute nouvelle modification de toutes les VM, pour tous. Réservé aux administrateurs ; le motif est dit à tous.
help-unfreeze = Laisser reprendre les modifications. Réservé aux administrateurs.

## States, as in "R-7KQ2 is …"
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
command-option-not-for = "{ $verb }" n'a pas d'option "{ $option }" (caractère { $column }).
command-unknown-value = "{ $word }" n'est pas une valeur de "{ $option }" (caractère { $column }).
command-allowed = Valeurs possibles : { $allowed }.
command-options = Options possibles, chacune comme clé:valeur : { $allowed }.
command-no-options = Ce verbe n'a aucune option.
command-did-you-mean = Vouliez-vous dire "{ $suggestion }" ?
command-repeated = "{ $option }" figure deux fois (caractère { $column }).
command-unbalanced-quote = Le guillemet au caractère { $column } n'est pas fermé.
command-missing = { $needed ->
    [vm] Quelle VM ?
    [request] Quelle demande ?
    [verb] Quel verbe ?
    [keep] Dites combien de temps, comme 3j, ou jusqu'à quand, comme "jusqu'à vendredi 18h".
    [scope] Dites de quelles VM : une VM, un dossier, ou "tout".
    [age] Dites à partir de quel âge, comme 30j.
   *[reason] { $verb ->
        [hold] Donnez un motif : il figure dans chaque rapport.
       *[other] Dites pourquoi : tous ceux qui veulent modifier quelque chose le liront.
    }
}
command-missing-value = "{ $option }" a besoin d'une valeur (caractère { $column }).
command-missing-change = Dites ce qui change : un nouveau nom, une nouvelle description, ou les deux.
command-extra-words = Je ne sais pas quoi faire de "{ $words }" (caractère { $column }).
command-extra-words-hint = Un nom de plusieurs mots se met entre guillemets :
command-name-empty = Le nom est vide.
command-value-too-long = { $parameter ->
    [name] Le nom compte { $length } caractères ; vSphere en autorise { $limit }.
   *[other] La description compte { $length } caractères ; la limite est de { $limit }.
}
command-character = { $parameter ->
    [name] Le nom contient un caractère invisible ou qui inverse le sens du texte ({ $code }, caractère { $column }). Enlevez-le.
   *[other] La description contient un caractère qui ne s'affiche pas ou qui inverse le sens du texte ({ $code }, caractère { $column }). Enlevez-le.
}
command-description-reserved = La description contient "[snapwarden" (caractère { $column }), que je suis seul à écrire. Enlevez-le.
command-bad-text = { $parameter ->
    [ticket] Ce n'est pas un numéro de changement (caractère { $column }) : il compte de 1 à { $limit } caractères, tous visibles.
   *[other] Ce n'est pas un motif affichable (caractère { $column }) : il compte de 1 à { $limit } caractères, tous visibles.
}
command-bad-duration = "{ $word }" n'est pas une durée (caractère { $column }). Écrivez-la comme 12h, 3d ou 2w.
command-bad-moment = "{ $word }" n'est ni un jour ni une heure (caractère { $column }). Écrivez "jusqu'à vendredi 18h", "jusqu'au 27/11" ou "jusqu'au 2026-11-27T18:00". Un nom se place avant, ou entre guillemets.
command-negative-duration = "{ $word }" n'est pas dans le futur (caractère { $column }). Écrivez une durée à partir de maintenant, comme 3d.
command-duration-too-long = "{ $word }" dépasse { $limit } (caractère { $column }). Un snapshot n'est pas une sauvegarde.
command-bad-request-id = "{ $word }" n'est pas une demande. Elles s'écrivent comme R-7KQ2.
command-bad-number = "{ $word }" n'est pas un numéro de snapshot (caractère { $column }). Ils se comptent à partir de 1, comme dans la liste.
command-for-example = Par exemple :
command-help = Tout ce que je sais faire :

## Rapports, avertissements et échéances
report-title = Snapshots · { $when }
report-over = { $count ->
    [0] Il n'y a aucun snapshot aujourd'hui.
   *[other] { $over ->
        [0] Aucun snapshot n'est trop ancien aujourd'hui ({ $count } sur { report-vms }, { $bytes }).
       *[other] { $over } trop anciens sur { $count }, sur { report-vms } · { $bytes }.
    }
}
report-vms = { $vms ->
    [one] 1 VM
   *[other] { $vms } VM
}
report-bytes-unknown = tailles pas encore lues
report-over-by = dépassé de { $over }
report-limit = limite { $limit }
report-chain = "{ $vm }" : { $depth } disques delta dans une chaîne
report-more = { $count ->
    [one] 1 autre dépasse sa limite.
   *[other] { $count } autres dépassent leurs limites.
}
report-consolidation = { $deltas ->
    [0] "{ $vm }" doit être consolidée
   *[other] "{ $vm }" doit être consolidée : { $deltas } disques delta dans une chaîne
}
report-left-behind = "{ $vm }" a { $deltas } disques delta dans une chaîne et aucun snapshot. Demandez à un administrateur vSphere : des suppressions les ont peut-être laissés.
report-consolidation-more = { $count ->
    [one] 1 autre VM doit être consolidée.
   *[other] { $count } autres VM doivent être consolidées.
}
report-held = Retenu : { $what }
report-held-by = { $until ->
    [0] par @{ $person }, "{ $reason }"
   *[other] jusqu'au { $until } par @{ $person }, "{ $reason }"
}
report-held-more = { $count ->
    [one] 1 autre est retenu.
   *[other] { $count } autres sont retenus.
}
report-orphans = { $count ->
    [one] 1 porte ma marque et mon journal ne le connaît pas : { $names }. Je n'y touche pas.
   *[other] { $count } portent ma marque et mon journal ne les connaît pas : { $names }. Je n'y touche pas.
}
report-backups = { $count ->
    [one] 1 appartient à une sauvegarde et reste tel quel.
   *[other] { $count } appartiennent à des sauvegardes et restent tels quels.
}
report-changes = Depuis hier : { $taken } pris, { $gone } partis, { $bytes }.
report-glass = Sans l'accord nécessaire : { $verb } sur "{ $vm }" par @{ $person } ({ $when }, { $request }) : "{ $reason }".
report-glasses-more = { $count ->
    [one] 1 autre s'est passé de son accord.
   *[other] { $count } autres se sont passés de leur accord.
}
report-away = { $since ->
    [0] Le vCenter "{ $vcenter }" est illisible. Ses snapshots manquent ici ; le rapport reviendra avec lui.
   *[other] Le vCenter "{ $vcenter }" est illisible depuis { $since }. Ses chiffres datent de ce moment ; le rapport reviendra avec lui.
}
report-unsure = { $count ->
    [one] Les étiquettes d'une VM ne sont pas connues, elle manque peut-être ici.
   *[other] Les étiquettes de { $count } VM ne sont pas connues, elles manquent peut-être ici.
}
report-empty = Ce rapport ne concerne aucune VM : sa sélection n'en désigne aucune. Demandez à un administrateur de la corriger.
report-unsized = Les tailles dans le vCenter "{ $vcenter }" sont illisibles. Celles affichées ici, s'il y en a, sont plus anciennes.
report-unreadable = { $count ->
    [one] 1 VM est illisible, ses snapshots manquent peut-être ici : { $names }.
   *[other] { $count } VM sont illisibles, leurs snapshots manquent peut-être ici : { $names }.
}
report-audit-head = Tête du journal { $head }.
report-next = Prochain rapport { $when }.
maker-account = par le compte vCenter { $account }
maker-unknown = on ne sait pas par qui
crossed-age = "{ $snapshot }" sur "{ $vm }" date : { $age }. Le conserver ?
crossed-size = Supprimer "{ $snapshot }" sur "{ $vm }" libérerait { $bytes }. Le conserver ?
crossed-depth = "{ $vm }" a { $depth } disques delta dans une chaîne. Quels snapshots peuvent partir ?
crossed-free = { low-space } Le plus gros : "{ $snapshot }" sur "{ $vm }". Le conserver ?
low-row = "{ $datastore }" : { $largest }
report-low = { low-space } Le plus gros : { $largest }.
low-space = "{ $datastore }" : { $free } libres sur { $capacity }. Les snapshots de { $vms ->
    [one] 1 VM en occupent { $held }.
   *[other] { $vms } VM en occupent { $held }.
}
crossed-many = { $count } snapshots ont franchi une limite. Les conserver ?
crossed-more = { $count ->
    [one] 1 autre figure dans le prochain rapport.
   *[other] { $count } autres figurent dans le prochain rapport.
}
limit-warn-age = au-delà de l'âge d'alerte
limit-max-age = au-delà de l'âge limite
limit-max-size = trop gros
limit-max-depth = plus profond que permis
limit-min-free = son datastore manque de place
ending = { $over ->
    [0] { $deletes ->
        [0] "{ $snapshot }" sur "{ $vm }" est prévu jusqu'au { $until }. Le conserver plus longtemps ?
       *[1] "{ $snapshot }" sur "{ $vm }" partira le { $until }. Le conserver plus longtemps ?
    }
   *[1] Le temps de "{ $snapshot }" sur "{ $vm }" est écoulé depuis le { $until }. Que doit-il devenir ?
}
ending-many = Le temps de { $count } snapshots est écoulé, ou le sera bientôt. Que doivent-ils devenir ?
ending-children = Ce dont d'autres dépendent n'est jamais supprimé automatiquement.

## Slack
slack-left-out = { $count ->
    [one] Une partie de plus n'est pas affichée : Slack n'accepte pas de message plus long.
   *[other] { $count } parties de plus ne sont pas affichées : Slack n'accepte pas de message plus long.
}
slack-unreadable = Je n'ai pas pu lire ce que Slack m'a envoyé ; rien n'a été fait. Réessayez, ou tapez /snapshot help.
slack-too-slow = Slack n'a pas ouvert le formulaire à temps ; rien n'a été fait. Réessayez une fois.
slack-stranger = Je ne sais pas qui vous êtes ici, je ne peux donc rien faire pour vous. Un administrateur peut ajouter votre compte à la configuration.
slack-title = Snapshots
slack-submit = Continuer
slack-close = Pas maintenant
slack-yes = Oui
slack-no = Non
slack-do-take = Prendre un snapshot
slack-do-list = Lister les snapshots
slack-do-revert = Restaurer un snapshot
slack-do-revert-latest = Restaurer le dernier snapshot
slack-do-delete = Supprimer un snapshot
slack-do-delete-all = Supprimer tous les snapshots
slack-do-consolidate = Consolider les disques
slack-do-edit = Renommer ou décrire un snapshot
slack-do-keep = Garder un snapshot jusqu'à …
slack-do-hold = Retenir un snapshot
slack-do-release = Libérer un snapshot retenu
slack-do-power-on = Allumer
slack-choose-vm = Tapez une partie de son nom
slack-choose-snapshot = Les plus récents d'abord
slack-choose-channel = Choisissez le canal qui doit le voir.
slack-mode-auto = Ce qui convient à la machine
slack-field-name = Nom
slack-field-keep = Garder pendant
slack-hint-keep = Par exemple 3d, 12h ou 2w. Sans indication, la durée habituelle s'applique.
slack-hint-until = Par exemple 3d, 2w ou jusqu'à vendredi 18h.
slack-field-ticket = Ticket
slack-field-children = Et tout ce qui en dépend
slack-field-stay-off = La laisser éteinte ensuite
slack-field-safety = Prendre d'abord un snapshot
slack-field-channel = Canal
slack-home-hello = Snapshots des machines de vCenter : tapez /snapshot dans un canal où je suis, ou commencez ici.
slack-home-ask = Faire une demande
slack-home-waiting = En attente de votre décision
slack-home-none-waiting = Rien n'attend votre décision.
slack-home-mine = Vos demandes ouvertes
slack-home-none-mine = Vous n'avez aucune demande ouverte.
slack-home-oldest = Plus anciens snapshots sur lesquels vous pouvez agir
slack-home-none-oldest = Il n'y en a aucun.
slack-home-delete = Supprimer…
slack-home-revert = Restaurer…
## Plans qui suppriment ce qui est ancien
ask-delete-older = { $count ->
    [one] Supprimer 1 snapshot de plus de { $age } ?
   *[other] Supprimer { $count } snapshots de plus de { $age } ?
}
bulk-running = Suppression des snapshots de plus de { $age } : { $gone } sur { $count }
bulk-progress = { $gone } sur { $count }, une VM à la fois
bulk-denied = Refusé par @{ $person } : les snapshots de plus de { $age } sont conservés.
bulk-withdrawn = Retiré par @{ $person } : les snapshots de plus de { $age } sont conservés.
bulk-expired = Expiré : personne n'a approuvé à temps. Les snapshots de plus de { $age } sont conservés.
bulk-stopped = Arrêté par @{ $person } : { $gone ->
    [one] { $gone } snapshot sur { $count } de plus de { $age } est supprimé.
   *[other] { $gone } snapshots sur { $count } de plus de { $age } sont supprimés.
}
bulk-refused = Arrêté par les règles : { $gone ->
    [one] { $gone } snapshot sur { $count } de plus de { $age } est supprimé.
   *[other] { $gone } snapshots sur { $count } de plus de { $age } sont supprimés.
}
bulk-done = { $gone ->
    [one] { $gone } snapshot sur { $count } de plus de { $age } est supprimé.
   *[other] { $gone } snapshots sur { $count } de plus de { $age } sont supprimés.
}
bulk-reason = Motif : "{ $reason }".
bulk-goes = { $count } sur { $vms ->
    [one] 1 VM
   *[other] { $vms } VM
}, définitivement ; les VM elles-mêmes ne changent pas
bulk-more = { $count ->
    [one] 1 autre part.
   *[other] { $count } autres partent.
}
bulk-left = { $what } n'a pas été supprimé : { $request } dit pourquoi.
bulk-left-changed = { $what } a changé depuis l'approbation, et est conservé.
bulk-gone-before = { $what } n'était déjà plus là.
bulk-unsure = On ne sait pas si { $what } a été supprimé. { $request } le demande.
bulk-went = Supprimés : { $names }.
bulk-still-going = Encore en cours de suppression : { $names }.
bulk-not-begun = Pas commencés, et conservés : { $names }.
bulk-others = { $count ->
    [one] 1 autre
   *[other] { $count } autres
}
stays-held = { $count ->
    [one] 1 est retenu et reste.
   *[other] { $count } sont retenus et restent.
}
stays-backup = { $count ->
    [one] 1 reste, car une sauvegarde travaille sur sa VM.
   *[other] { $count } restent, car une sauvegarde travaille sur leurs VM.
}
stays-kept = { $count ->
    [one] 1 est conservé jusqu'à plus tard et reste.
   *[other] { $count } sont conservés jusqu'à plus tard et restent.
}
stays-no-right = { $count ->
    [one] 1 reste : @{ $asker } ne peut pas le supprimer.
   *[other] { $count } restent : @{ $asker } ne peut pas les supprimer.
}
stays-not-known = { $count ->
    [one] 1 reste : on ne sait pas si @{ $asker } peut le supprimer.
   *[other] { $count } restent : on ne sait pas si @{ $asker } peut les supprimer.
}
stays-other-approvers = { $count ->
    [one] 1 reste : quelqu'un d'autre doit l'approuver. Demandez-le séparément.
   *[other] { $count } restent : quelqu'un d'autre doit les approuver. Demandez-les séparément.
}
stays-too-many = { $count ->
    [one] 1 autre est assez ancien ; redemandez quand ceci sera fait.
   *[other] { $count } autres sont assez anciens ; redemandez quand ceci sera fait.
}
reply-many-vms = Plusieurs VM répondent à "{ $name }" : { $paths }. Dites laquelle par son chemin.
reply-nothing-older = { $stays ->
    [0] Aucun snapshot de "{ $scope }" n'a plus de { $age }.
   *[1] Rien de "{ $scope }" de plus de { $age } ne peut partir.
}
## Discord : la commande telle qu'elle est enregistrée, et ce que Discord seul possède
slash-about = Snapshots des VM de vCenter : prendre, lister, restaurer, supprimer
slash-message = état de la demande
slash-name-take = prendre
slash-name-list = lister
slash-name-revert = restaurer
slash-name-revert-latest = restaurer-dernier
slash-name-delete = supprimer
slash-name-delete-all = supprimer-tout
slash-name-consolidate = consolider
slash-name-edit = modifier
slash-name-power-on = allumer
slash-name-help = aide
slash-name-status = état
slash-name-cancel = annuler
slash-name-withdraw = retirer
slash-name-explain = expliquer
slash-name-freeze = geler
slash-name-unfreeze = dégeler
slash-take = Prendre un snapshot
slash-list = Afficher les snapshots d'une VM
slash-revert = Revenir à un snapshot : ce qui a été écrit depuis est perdu
slash-revert-latest = Revenir au snapshot au-dessus de "Vous êtes ici"
slash-delete = Supprimer un snapshot ; la VM ne change pas
slash-delete-all = Supprimer tous les snapshots d'une VM
slash-consolidate = Fusionner les disques qu'une suppression a laissés
slash-edit = Renommer un snapshot ou changer sa description
slash-power-on = Mettre une VM sous tension
slash-help = Ce que vous pouvez demander
slash-status = Vos demandes ouvertes, ou une seule
slash-cancel = Demander à vCenter d'annuler ce qui est en cours
slash-withdraw = Retirer une demande encore en attente
slash-explain = Quelle règle décide si vous pouvez
slash-freeze = Arrêter toute nouvelle modification, pour tous
slash-unfreeze = Laisser reprendre les modifications
slash-option-name-vm = vm
slash-option-name-snapshot = snapshot
slash-option-name-name = nom
slash-option-name-description = description
slash-option-name-mode = mode
slash-option-name-keep = garder
slash-option-name-children = enfants
slash-option-name-stay-off = rester-éteinte
slash-option-name-ticket = ticket
slash-option-name-safety = sécurité
slash-option-name-request = demande
slash-option-name-verb = commande
slash-option-name-reason = motif
slash-option-vm = Quelle VM
slash-option-snapshot = Quel snapshot
slash-option-name = Son nouveau nom
slash-option-new-name = Son nom ; sinon la date et l'heure
slash-option-description = À quoi il sert
slash-option-mode = Comment, selon ce que la VM permet
slash-option-keep = Combien de temps, par exemple 3d
slash-option-children = Aussi tout ce qui est en dessous
slash-option-stay-off = Laisser la VM éteinte
slash-option-ticket = Le numéro de changement
slash-option-safety = Prendre d'abord un snapshot
slash-option-request = Quelle demande, par exemple R-7KQ2
slash-option-verb = Sur quelle commande
slash-option-reason = Pourquoi : tout le monde le lit
discord-more = Autres…
discord-not-now = Rien n'a été fait.
discord-no-direct = Je n'accepte aucune commande en message privé. Demandez dans un salon de votre serveur.
discord-other-guild = Je ne sers qu'un autre serveur. Adressez-vous à un administrateur.
discord-no-bots = Les commandes et les clics des bots ne sont pas acceptés.
discord-not-yours = Cette question a été posée à quelqu'un d'autre.
discord-no-request-there = Ce message ne contient aucune demande.
discord-unreadable = Je ne peux pas lire ce que Discord a envoyé. Saisissez à nouveau la commande ; si cela se reproduit, prévenez un administrateur.
discord-seen-before = Le bot avait déjà reçu cette demande avant de redémarrer. Son message dans le canal dit ce qu'elle est devenue.
discord-busy = Le bot n'a pas répondu à temps ; rien n'a été fait. Appuyez de nouveau sur le bouton dans un instant.
discord-stopping = Je redémarre. Réessayez dans un instant.
discord-too-late = Votre réponse a pris plus de temps que Discord n'attend. Demandez à nouveau, ou regardez le message dans le salon.
slash-name-report = rapport
slash-name-delete-older = supprimer-anciens
slash-name-keep = garder
slash-name-hold = retenir
slash-name-release = libérer
slash-report = Quels snapshots sont devenus trop vieux
slash-delete-older = Supprimer ce qui est plus ancien, sur plusieurs VM
slash-keep = Dire jusqu'à quand un snapshot reste
slash-hold = Garder un snapshot au-delà de son terme
slash-release = Libérer un snapshot retenu
slash-option-name-report = rapport
slash-option-name-scope = portée
slash-option-name-age = âge
slash-option-report = Quel rapport ; sinon celui du salon
slash-option-scope = Une VM, un dossier, ou all
slash-option-age = Plus ancien que, par exemple 30d
