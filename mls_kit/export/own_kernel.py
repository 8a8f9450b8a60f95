"""The kernel of this very Python, whatever kernel named ``python3`` is in the folders of whoever runs the kit."""

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager


class OwnKernelManager(AsyncKernelManager):
    """What nbclient starts a kernel with."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The ipykernel of this Python."""
        return KernelSpec(**get_kernel_dict())
