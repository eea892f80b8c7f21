#!/usr/bin/env python3
"""docker-compose.yml, .env.example and the Dockerfile fit the program: settings, workers, packages."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = set(re.findall(r'^SETTING\(\w+, "(\w+)"', (ROOT / "services/lib/base/settings.def").read_text(), re.M))
WORKERS = set(re.findall(r'\{"(\w+)", \w+\}', (ROOT / "services/ctl/workers.c").read_text()))
# Containers hold exactly these besides our own.
OTHERS = {"postgres", "migrate", "mailpit", "synapse-config", "synapse"}


def without_comments(text):
    return "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in text.splitlines())


def setting_names(text):
    return set(re.findall(r"\bROLLCALL_[A-Z_]+", text))


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            import yaml
        except ImportError as missing:
            raise unittest.SkipTest("no python3-yaml") from missing
        cls.services = yaml.safe_load(COMPOSE)["services"]

    def test_the_tables_of_the_program_were_found(self):
        self.assertGreater(len(SETTINGS), 20)
        self.assertGreaterEqual(WORKERS, {"plan", "deliver", "web"})

    def test_every_worker_of_the_program_has_its_service(self):
        self.assertEqual(set(self.services) - OTHERS, WORKERS)
        for name in WORKERS:
            self.assertEqual(self.services[name]["command"], ["worker", name])
            self.assertNotIn("profiles", self.services[name])

    def test_workers_wait_for_the_migrations_and_these_for_the_database(self):
        for name in WORKERS:
            self.assertEqual(self.services[name]["depends_on"], {"migrate": {"condition": "service_completed_successfully"}})
        self.assertEqual(self.services["migrate"]["depends_on"], {"postgres": {"condition": "service_healthy"}})

    def test_our_containers_get_no_setting_that_the_program_does_not_know(self):
        for name in WORKERS | {"migrate"}:
            self.assertEqual(set(self.services[name]["environment"]) - SETTINGS, set(), name)

    def test_no_secret_and_no_fixed_password_stands_in_the_file(self):
        secret = re.compile(r"PASSWORD|SECRET|TOKEN|_URL$")
        for name, service in self.services.items():
            for key, value in service.get("environment", {}).items():
                if secret.search(key):
                    self.assertIn("${", str(value), f"{name}: {key}")

    def test_ports_are_open_to_this_machine_only(self):
        for name, service in self.services.items():
            for port in service.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), f"{name}: {port}")

    def test_every_volume_is_declared_and_used(self):
        import yaml
        used = {v.split(":")[0] for s in self.services.values() for v in s.get("volumes", [])}
        self.assertEqual(used, set(yaml.safe_load(COMPOSE)["volumes"]))

    def config(self, **secrets):
        """What docker compose makes of the file; Debian has it as docker-compose, which asks no daemon for this."""
        if shutil.which("docker-compose") is None:
            self.skipTest("docker-compose is not here")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")} | secrets
        with tempfile.NamedTemporaryFile() as empty:  # not an .env that somebody has filled in
            return subprocess.run(["docker-compose", "--env-file", empty.name, "--profile", "try", "config"], cwd=ROOT, env=environment,
                                  capture_output=True, text=True, check=False)

    def test_docker_compose_can_read_it(self):
        import yaml
        done = self.config(POSTGRES_PASSWORD="x", ROLLCALL_SECRET="x" * 32)
        self.assertEqual(done.returncode, 0, done.stderr)
        services = yaml.safe_load(done.stdout)["services"]
        self.assertEqual(set(services) - OTHERS, WORKERS)
        self.assertEqual(services["web"]["environment"]["ROLLCALL_DATABASE_URL"], "postgresql://rollcall:x@postgres/rollcall")

    def test_docker_compose_starts_nothing_without_the_secrets(self):
        for secrets in ({"POSTGRES_PASSWORD": "x"}, {"ROLLCALL_SECRET": "x" * 32}):
            done = self.config(**secrets)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("set it in .env", done.stderr)


class Texts(unittest.TestCase):
    def test_every_setting_that_is_named_exists(self):
        for name, text in (("docker-compose.yml", COMPOSE), (".env.example", EXAMPLE), ("Dockerfile", DOCKERFILE)):
            self.assertEqual(setting_names(text) - SETTINGS, set(), name)

    def test_the_example_has_every_variable_that_compose_asks_for(self):
        wanted = set(re.findall(r"\$\{(\w+)", without_comments(COMPOSE))) - {"ROLLCALL_LOG_LEVEL"}
        given = set(re.findall(r"^(\w+)=", EXAMPLE, re.M))
        self.assertEqual(wanted, given)

    def test_what_the_example_gives_is_read_by_compose_and_secrets_are_empty(self):
        for name, value in re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.M):
            if re.search(r"PASSWORD|SECRET|TOKEN", name):
                self.assertEqual(value, "", name)

    def test_the_help_of_worker_names_every_worker(self):
        done = subprocess.run([BINARY, "worker", "--help"], capture_output=True, text=True, check=True)
        for name in WORKERS:
            self.assertRegex(done.stdout, rf"\b{name}\b")

    def test_the_image_copies_every_folder_that_the_build_reads(self):
        copied = set(re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.M))
        self.assertEqual(copied, {"CMakeLists.txt", "cmake", "services", "notifier", "sql"})
        self.assertEqual({line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}, copied)

    def test_the_image_builds_with_the_packages_of_dev(self):
        listed = re.search(r"build_packages='([^']*)'", (ROOT / "dev").read_text()).group(1).split()
        missing = set(listed) - {"postgresql"} - set(DOCKERFILE.split())
        self.assertEqual(missing, set())

    def test_the_image_runs_with_the_libraries_that_the_program_needs(self):
        if shutil.which("dpkg") is None or shutil.which("objdump") is None:
            self.skipTest("no dpkg or objdump")
        needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", BINARY], capture_output=True, text=True, check=True).stdout)
        self.assertIn("libpq.so.5", needed)
        final = DOCKERFILE.split("FROM ")[-1].split()
        for library in needed:
            if re.match(r"lib(c|m|gcc_s|asan|ubsan)\.so", library):
                continue
            owner = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
            packages = {line.split(":")[0] for line in owner.splitlines()}
            self.assertTrue(packages & set(final), f"{library} is in {packages or 'no package'}")


unittest.main(verbosity=2)
