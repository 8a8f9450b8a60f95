"""What does a person see when something goes wrong? One sentence and an exit code, never a traceback without --debug.

Exit codes: 0 well, 1 some rows failed or an exam file has mistakes, 2 the input does not fit,
70 a fault of the kit, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import errno
import io
import sys
import traceback
from typing import Any

import click

from mls_kit._folders import full_place
from mls_kit.problems import InputError, shown

_DEBUG = "mls_kit.debug"


def _debug_option() -> click.Option:
    def remember(context: click.Context, _option: click.Parameter, value: bool) -> None:
        context.meta[_DEBUG] = context.meta.get(_DEBUG, False) or value

    words = "Show where in the code something went wrong."
    return click.Option(["--debug"], is_flag=True, is_eager=True, expose_value=False, callback=remember, help=words)


class GuardedGroup(click.Group):
    """A group of commands, itself and each of them with ``--debug``, that turns every failure into a sentence."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.params.append(_debug_option())

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, with ``--debug``."""
        cmd.params.append(_debug_option())
        super().add_command(cmd, name)

    def main(self, *given: Any, **named: Any) -> Any:
        """Run; signs that the console cannot show are replaced."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*given, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named; what it did not expect ends here."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # click says these itself
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read the output has gone, as in `mls-kit exams | head`: click ends quietly
            if ctx.meta.get(_DEBUG):
                traceback.print_exception(error)
            message, code = _sentence(error)
            click.echo(message, err=True)
            sys.exit(code)


def _sentence(error: Exception) -> tuple[str, int]:
    """Say what went wrong, and return the exit code."""
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, OSError) and error.strerror:
        place = error.filename or full_place(error)
        where = f"{shown(place)}: " if place else ""
        return f"mls-kit could not go on: {where}{error.strerror}. Add --debug to see more.", 2
    if isinstance(error, MemoryError):
        return "mls-kit could not go on: there is not enough memory. Add --debug to see more.", 2
    what = f"{type(error).__name__}: {shown(error)}".removesuffix(": ")
    return f"Something went wrong inside mls-kit ({what}). This is a bug in the kit. Add --debug to see more.", 70
