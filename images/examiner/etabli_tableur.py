"""One office suite and who drives it, for one exam: both behind the same walls, both ended together.

What is asked of the office is in the sources that travel (etabli.exam.office): here is how it lives.
"""

import contextlib
import importlib
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

import etabli_cloison
from etabli_envoi import frame_of, module_of, receive

PROGRAM = "/usr/lib/libreoffice/program/soffice.bin"
TEMPLATE = "/opt/etabli/profil"
START_S = 30
MIB = 1 << 20
MEMORY = 900 * MIB
"""Bytes that the office may have for itself, what it has before any workbook included (about 85 MiB)."""
FILE = 64 * MIB
READABLE = (
    *("/usr", "/etc", "/lib", "/lib64", "/bin", "/opt/etabli", "/proc", "/sys", "/dev"),
    *("/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice"),
)
_CPU_CLOCK = 2
_WATCH_S = 0.2


class Office:
    """A running office.

    Args:
        folder: Its own, and the only one where it writes.
    """

    def __init__(self, folder):
        self.folder = folder
        self._pipe = f"etabli-{os.path.basename(folder)}"
        self._process = None
        self._until = math.inf
        self._late = False

    def start(self):
        """Starts it, and waits until it has computed something."""
        shutil.copytree(TEMPLATE, f"{self.folder}/profil")
        os.mkdir(f"{self.folder}/tmp")
        environment = {
            **{"HOME": self.folder, "TMPDIR": f"{self.folder}/tmp", "XDG_CACHE_HOME": f"{self.folder}/tmp"},
            **{"PATH": "/usr/bin", "LANG": "C.UTF-8", "TZ": os.environ.get("TZ", "Europe/Paris")},
            **{"SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1", "MAX_CONCURRENCY": "1"},
        }
        options = ("headless", "invisible", "norestore", "nologo", "nodefault", "nolockcheck", "nofirststartwizard")
        self._process = subprocess.Popen(
            [
                *(PROGRAM, *(f"--{option}" for option in options), f"--accept=pipe,name={self._pipe};urp"),
                f"-env:UserInstallation=file://{self.folder}/profil",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            preexec_fn=_limit,
        )
        uno = importlib.import_module("uno")
        resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        until = time.monotonic() + START_S
        while True:
            try:
                self.context = resolver.resolve(f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")
                break
            except uno.getClass("com.sun.star.connection.NoConnectException"):
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)
        self.desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        self._rehearse()
        threading.Thread(target=self._watch, daemon=True).start()

    def _rehearse(self):
        hidden = importlib.import_module("uno").getClass("com.sun.star.beans.PropertyValue")("Hidden", 0, True, 0)
        document = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
        cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
        cell.setFormula("=SUM(1;2)")
        if cell.getValue() != 3:
            raise RuntimeError("the office does not compute")
        document.close(True)

    def allow(self, seconds):
        """Gives it that much computing from now on."""
        self._until = self.spent() + seconds

    def spent(self):
        """Returns the seconds that it has computed since it began."""
        return _cpu(self._process.pid)

    def _watch(self):
        """Ends it when it has computed too much; the kernel's own limit counts ticks, too many on a busy machine."""
        with contextlib.suppress(OSError):  # it is gone
            while self.spent() < self._until:
                time.sleep(_WATCH_S)
            self._late = True
            self._process.kill()

    def how_it_ended(self):
        """Returns ``time`` or ``crash`` once it is gone, None while it runs."""
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            return None
        return "time" if self._late else "crash"


def _limit():
    """What the office may cost, beside its time."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _cpu(process):
    """Seconds of computing so far; /proc shows the processes of another namespace, this clock is ours."""
    return time.clock_gettime((~process << 3) | _CPU_CLOCK)


def live(connection, folder):
    """Behind the walls: starts an office and answers until the other end is gone. Never returns.

    Args:
        connection: To the daemon.
        folder: For this office, to be made.
    """
    try:
        os.setpgid(0, 0)
        with open("/proc/self/oom_score_adj", "w") as stream:
            stream.write("800")
        alone = etabli_cloison.leave_network()
        child = os.fork()
        if child:
            connection.close()
            os.waitpid(child, 0)
        else:
            etabli_cloison.die_with_parent()
            _live(connection, folder, alone)
    except BaseException:
        print("bureau :", traceback.format_exc(), file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def _live(connection, folder, alone):
    os.mkdir(folder, 0o700)
    if not etabli_cloison.close_files(READABLE, (folder, "/dev/null", "/dev/shm"), ("/tmp",)) or not alone:
        connection.sendall(frame_of({"unwalled": True}))
        return
    office = Office(folder)
    office.start()
    connection.sendall(frame_of({"ready": True}))
    hello = None
    while True:
        message, descriptors = receive(connection)
        if "sources" in message:
            hello = message
        else:
            connection.sendall(frame_of(_answer(office, hello, message, descriptors)))


def _answer(office, hello, job, descriptors):
    try:
        serve = module_of("serve", hello["id"], hello["sources"]).serve
        return serve(office, job, descriptors[0])
    except Exception:
        trace = traceback.format_exc()[-4000:]
        why = office.how_it_ended()
        return {"ended": why, "trace": trace} if why else {"error": trace}
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
