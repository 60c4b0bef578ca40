// govc, as far as the benchmark needs it: govmomi's own command line with the commands on objects. Its nested module
// carries `replace` lines, so `go install` refuses it, and it is built from here.
package main

import (
	"os"

	"github.com/vmware/govmomi/cli"
	_ "github.com/vmware/govmomi/cli/object"
)

func main() {
	os.Exit(cli.Run(os.Args[1:]))
}
