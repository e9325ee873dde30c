"""Builds commits, each in a worktree of its own under build/compare."""

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import re
import shutil
import subprocess

# The programs that are compared: benchmarks, and the kernels to count.
PROGRAM = re.compile(r"^(rowsplit_\w+_bench|rowsplit_instructions): phony$", re.MULTILINE)
INSTRUCTIONS = "rowsplit_instructions"


class CheckoutError(Exception):
    """A commit can't be had or built; says why, and what to do."""


@dataclasses.dataclass(frozen=True)
class Commit:
    name: str  # as it was asked for
    hash: str
    subject: str

    @property
    def short(self):
        return self.hash[:12]


def git(root, *arguments):
    result = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise CheckoutError(f"git {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout


def resolve(root, name):
    try:
        found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    except CheckoutError:
        raise CheckoutError(
            f"{name} is no commit here; give a hash, a branch or a tag (git fetch, if it is newer)"
        ) from None
    commit = found.strip()
    return Commit(name, commit, git(root, "log", "-1", "--format=%s", commit).strip())


def check_clean(root, commits):
    """Refuses to measure HEAD where that is not what lies in the files."""
    head = git(root, "rev-parse", "HEAD").strip()
    changed = git(root, "status", "--porcelain", "--untracked-files=no").rstrip()
    if changed and any(commit.hash == head for commit in commits):
        raise CheckoutError(
            "HEAD is to be measured, but these files have changes that it doesn't:\n"
            f"{changed}\ncommit or stash them, or say --committed"
        )


@contextlib.contextmanager
def alone(root):
    """Keeps a second comparison out, which would disturb the times of the first
    and take its worktrees away."""
    folder = pathlib.Path(root) / "build" / "compare"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CheckoutError("another comparison is running here") from None
        yield


def worktree(root, commit):
    """The commit's files, checked out anew unless they are there."""
    folder = pathlib.Path(root) / "build" / "compare" / commit.short
    git(root, "worktree", "prune")
    if (folder / ".git").exists():
        changed = git(folder, "status", "--porcelain", "--untracked-files=no").rstrip()
        if changed or git(folder, "rev-parse", "HEAD").strip() != commit.hash:
            raise CheckoutError(
                f"{folder} is no longer {commit.short} as it was checked out:\n{changed}\n"
                f"remove it: git worktree remove --force {folder}"
            )
        return folder
    if folder.exists():
        raise CheckoutError(f"{folder} is in the way; remove it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    git(root, "worktree", "add", "--detach", str(folder), commit.hash)
    return folder


def remove_others(root, commits):
    """Takes away the worktrees of earlier comparisons."""
    kept = {commit.short for commit in commits}
    for folder in sorted((pathlib.Path(root) / "build" / "compare").glob("*")):
        if folder.name in kept or not (folder / ".git").is_file():
            continue
        subprocess.run(
            ["git", "-C", str(root), "worktree", "remove", "--force", str(folder)], check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


def changed_benchmarks(root, old, new):
    """Sources of benchmarks, and of the kernels' runs, that the two don't share:
    what they measure may be another thing."""
    files = git(root, "diff", "--name-only", old.hash, new.hash, "--", "bench").split()
    return [file for file in files if file.endswith((".cc", ".h"))]


def run_build(folder, commit, *command):
    environment = dict(os.environ, CCACHE_BASEDIR=str(folder), CCACHE_NOHASHDIR="1")
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        tail = "\n".join((result.stdout + result.stderr).strip().split("\n")[-30:])
        raise CheckoutError(
            f"{commit.name} ({commit.short}) can't be built: {' '.join(command)} in {folder}"
            f" failed:\n{tail}"
        )
    return result.stdout


def build(folder, commit, jobs):
    """The programs of the commit, by name."""
    run_build(folder, commit, "cmake", "--preset", "bench", "--log-level=WARNING")
    listing = run_build(folder, commit, "cmake", "--build", "--preset", "bench", "--target", "help")
    names = sorted(set(PROGRAM.findall(listing)))
    if not names:
        raise CheckoutError(f"{commit.name} ({commit.short}) has no benchmarks")
    run_build(
        folder, commit, "cmake", "--build", "--preset", "bench", "-j", str(jobs), "--target", *names
    )
    return {name: folder / "build" / "bench" / "bench" / name for name in names}
