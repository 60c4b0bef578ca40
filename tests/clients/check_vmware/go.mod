// check-vmware's plugin for the size of snapshots (Nagios and the like), at a pinned version:
//
//	cd tests/clients/check_vmware && go build -o "$HOME/.cache/snapwarden/" tool
module snapwarden/tests/clients/check_vmware

go 1.26.0

tool github.com/atc0005/check-vmware/cmd/check_vmware_snapshots_size

require (
	github.com/atc0005/check-vmware v0.36.23 // indirect
	github.com/atc0005/go-nagios v0.20.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mattn/go-colorable v0.1.15 // indirect
	github.com/mattn/go-isatty v0.0.22 // indirect
	github.com/rs/zerolog v1.35.1 // indirect
	github.com/vmware/govmomi v0.55.1 // indirect
	golang.org/x/sys v0.46.0 // indirect
)
