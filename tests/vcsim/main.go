// vcsim is the peer that the conformance tests run against: govmomi's vCenter simulator, which this project did not
// write, on a free port of the loopback interface.
//
// It prints one line, "ready URL", and ends on SIGTERM or when its standard input is closed, so that it never outlives
// the test that started it.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator" // the REST interface, for tags
	"github.com/vmware/govmomi/vim25/types"
)

// How many VMs get their snapshots at the same time. Waiting for a task polls every 10 ms, so this many wait together.
const atOnce = 64

func main() {
	vms := flag.Int("vms", 10, "how many VMs there are")
	snapshots := flag.Int("snapshots", 0, "how many snapshots each VM has, in one chain")
	secure := flag.Bool("tls", false, "serve https, with a certificate that nobody trusts")
	user := flag.String("user", "bot@vsphere.local", "whom it lets in; it writes \"vcsim\" into its tasks, whoever began them")
	taskMillis := flag.Int("task-ms", 0, "how long a task takes, in milliseconds")
	flag.Parse()
	// The simulator logs what it answers with a fault, which is what half of the tests ask for.
	log.SetOutput(io.Discard)

	model := simulator.VPX()
	model.Host = 0
	model.ClusterHost = 4
	model.Machine = *vms
	if err := model.Create(); err != nil {
		fail("creating the model", err)
	}
	defer model.Remove()

	// Another user than the simulator's default one, as with that it lets everybody in.
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(*user, "correct horse")}
	model.Service.RegisterEndpoints = true
	if *secure {
		model.Service.TLS = new(tls.Config)
	}
	if err := takeSnapshots(model, *snapshots); err != nil {
		fail("taking snapshots", err)
	}
	if *taskMillis > 0 {
		// Without the second setting a VM could not be read while a task runs on it.
		simulator.TaskDelay.Delay = *taskMillis
		simulator.TaskDelay.MethodDelay = map[string]int{"LockHandoff": 0}
	}

	server := model.Service.NewServer()
	defer server.Close()
	address := *server.URL
	address.User = nil
	fmt.Println("ready", address.String())

	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, os.Interrupt)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end <- syscall.SIGTERM
	}()
	<-end
}

func fail(what string, err error) {
	fmt.Fprintf(os.Stderr, "vcsim: %s: %v\n", what, err)
	os.Exit(1)
}

// takeSnapshots gives every VM a chain of count snapshots.
func takeSnapshots(model *simulator.Model, count int) error {
	if count == 0 {
		return nil
	}
	machines := model.Map().All("VirtualMachine")
	failed := make(chan error, len(machines))
	turn := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for _, machine := range machines {
		vm := machine.(*simulator.VirtualMachine)
		turn <- struct{}{}
		all.Add(1)
		go func() {
			defer all.Done()
			defer func() { <-turn }()
			for n := 1; n <= count; n++ {
				// A context of its own, since a context is what holds locks.
				ctx := *model.Service.Context
				body := vm.CreateSnapshotTask(&ctx, &types.CreateSnapshot_Task{
					This:        vm.Self,
					Name:        fmt.Sprintf("snapshot-%d", n),
					Description: fmt.Sprintf("number %d of %d", n, count),
				})
				if fault := body.Fault(); fault != nil {
					failed <- fmt.Errorf("%s: %s", vm.Name, fault.String)
					return
				}
				waitFor(&ctx, vm)
			}
		}()
	}
	all.Wait()
	close(failed)
	return <-failed
}

// waitFor waits for the last task of a VM.
func waitFor(ctx *simulator.Context, vm *simulator.VirtualMachine) {
	ref := vm.RecentTask[len(vm.RecentTask)-1]
	ctx.Map.Get(ref).(*simulator.Task).Wait()
}
