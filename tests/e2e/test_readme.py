"""The README's own commands, as they stand there, against the installed program."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.programs import Program, until

IS_NEW = True
ROOT = Path(__file__).parents[2]


def shell_blocks() -> list[str]:
    """The console blocks of the README that talk to the server."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return [block for block in blocks if "curl" in block]


def test_the_curl_commands_work_as_written(program: Program, tmp_path: Path) -> None:
    (commands,) = shell_blocks()
    local = commands.replace("http://127.0.0.1:8000", program.url)
    *sending, reading = re.split(r"\n(?=curl )", local)

    sent = subprocess.run(
        ["/bin/bash", "-euc", "\n".join(sending)],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert '"status":"processing"' in sent.stdout

    def answer() -> str:
        read = subprocess.run(
            ["/bin/bash", "-euc", reading], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return read.stdout if '"items":[{' in read.stdout else ""

    found = json.loads(until(answer, seconds=30, what="the rows"))
    assert found["items"] == [{"order": "00018", "city": "Oslo", "amount": 120}]


def test_every_make_target_it_names_exists() -> None:
    named = set(re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    assert named == {"run", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_command_line_of_the_installed_wheel(program: Program, tmp_path: Path) -> None:
    command = program.command[0]
    version = subprocess.run([command, "version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"rowmill \d+\.\d+\.\d+\n", version.stdout)
    doctor = subprocess.run(
        [command, "doctor"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "ROWMILL_DATA_DIR": str(program.data_dir)},
    )  # fmt: skip
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "FAIL" not in doctor.stdout
    assert "1 alive" in doctor.stdout
