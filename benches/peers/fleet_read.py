"""Reads name, power, snapshots and files of every VM with pyvmomi's property collector, for benches/fleet_read.rs."""

import sys
from urllib.parse import urlparse

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

PAGE_SIZE = 500


def main():
    url, user, password = urlparse(sys.argv[1]), sys.argv[2], sys.argv[3]
    service = SmartConnect(
        protocol=url.scheme, host=url.hostname, port=url.port, user=user, pwd=password, disableSslCertValidation=True
    )
    content = service.RetrieveContent()
    view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
    query = vmodl.query.PropertyCollector
    along = query.TraversalSpec(name="view", type=vim.view.ContainerView, path="view", skip=False)
    spec = query.FilterSpec(
        objectSet=[query.ObjectSpec(obj=view, skip=True, selectSet=[along])],
        propSet=[
            query.PropertySpec(
                type=vim.VirtualMachine, all=False, pathSet=["name", "runtime.powerState", "snapshot", "layoutEx"]
            )
        ],
    )
    collector = content.propertyCollector
    page = collector.RetrievePropertiesEx([spec], query.RetrieveOptions(maxObjects=PAGE_SIZE))
    vms = 0
    while page:
        vms += len(page.objects)
        page = collector.ContinueRetrievePropertiesEx(page.token) if page.token else None
    view.Destroy()
    Disconnect(service)
    print(vms)


main()
