#!/usr/bin/env python3
"""Runs a static binary of plimsoll as the image does, without a container engine: in a root directory that has only what
the Dockerfile copies, mounted read-only, as the image's user, in a network of its own.

    unshare --mount --net --pid --fork --mount-proc python3 tests/image/run.py BINARY      (as root)

It shows that the binary serves, that its health check follows /-/ready, that names resolve without shared libraries, and
that certificates of servers are checked against the copied bundle.
"""
import errno, fcntl, http.server, os, re, shutil, socket, ssl, struct, subprocess, sys, tempfile, threading, time

PROJECT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
DOCKERFILE = open(os.path.join(PROJECT, "Dockerfile")).read()
USER = int(re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.M).group(1))
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
HOST = "rds.eu-west-1.amazonaws.com"
SECONDS = 60


def make_root(binary, folder):
    root = os.path.join(folder, "root")
    os.makedirs(root + os.path.dirname(BUNDLE))
    os.mkdir(root + "/proc")
    shutil.copy(binary, root + "/plimsoll")
    shutil.copy(os.path.join(PROJECT, "LICENSE"), root)
    shutil.copy(BUNDLE, root + BUNDLE)
    # An engine mounts this file and /proc.
    open(root + "/etc/resolv.conf", "w").write("nameserver 127.0.0.1\n")
    return root


def make_read_only(root):
    for arguments in (["--bind", root, root], ["-o", "remount,ro,bind", root], ["-t", "proc", "proc", root + "/proc"]):
        subprocess.run(["mount", *arguments], check=True)
    try:
        open(root + "/file", "w")
        sys.exit("the root can be written to")
    except OSError as error:
        assert error.errno == errno.EROFS, error


def start_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up_and_running = struct.pack("16sh", b"lo", 0x1 | 0x40)
        fcntl.ioctl(any_socket, 0x8914, up_and_running)  # SIOCSIFFLAGS


def plimsoll(root, *arguments):
    """Starts the entry point as the image's user, with credentials that no AWS accepts."""
    def enter():
        os.chroot(root)
        os.chdir("/")
        os.setgroups([])
        os.setgid(USER)
        os.setuid(USER)

    environment = {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return subprocess.Popen(["/plimsoll", *arguments], env=environment, text=True, preexec_fn=enter,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def output(root, *arguments):
    process = plimsoll(root, *arguments)
    return process.communicate()[0].strip(), process.returncode


def check_health(root, code):
    """Waits until the health check ends with a code; returns what it printed."""
    end = time.time() + SECONDS
    while True:
        text, ended = output(root, "health")
        if ended == code:
            return text
        if time.time() > end:
            sys.exit(f"the health check ends with {ended}: {text}")
        time.sleep(0.2)


def check_demo(root):
    print("no server:", check_health(root, 1))
    demo = plimsoll(root, "demo")
    print("demo:", check_health(root, 0))
    status = open(f"/proc/{demo.pid}/status").read()
    ids = re.search(r"^Uid:\s+(.*)$", status, re.M).group(1).split()
    assert ids == [str(USER)] * 4, ids
    assert re.search(r"^CapEff:\s+0+$", status, re.M), status
    demo.terminate()
    demo.communicate()
    assert demo.returncode == 0, demo.returncode
    print("user:", USER, "without capabilities; SIGTERM ends it with 0")


def check_cause(root, expected):
    """Serves until the first call to AWS has failed, and compares the logged cause."""
    server = plimsoll(root)
    log = []
    for line in server.stdout:
        log.append(line)
        if "AWS call failed" in line:
            break
    server.terminate()
    server.communicate()
    assert expected in "".join(log), "".join(log)
    print("cause:", expected)


def serve_names():
    """A name server by which every name is this machine."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 53))

    def answer():
        while True:
            query, client = listener.recvfrom(512)
            end = query.index(b"\0", 12) + 5
            is_ipv4 = query[end - 3] == 1
            head = query[:2] + b"\x81\x80" + query[4:6] + struct.pack(">HHH", is_ipv4, 0, 0)
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("127.0.0.1")
            listener.sendto(head + query[12:end] + record * is_ipv4, client)

    threading.Thread(target=answer, daemon=True).start()


def serve_https(folder):
    """A server with AWS's name that is not AWS. Returns the certificate that it has signed itself."""
    key, certificate, config = (os.path.join(folder, name) for name in ("key.pem", "certificate.pem", "openssl.conf"))
    with open(config, "w") as file:
        file.write(f"[req]\ndistinguished_name=name\nx509_extensions=server\nprompt=no\n[name]\nCN={HOST}\n"
                   f"[server]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:{HOST}\n")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-config", config,
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)

    class NotFound(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 443), NotFound)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return certificate


def check_all(image, trusting):
    print(*output(image, "--version"))
    check_demo(image)
    check_cause(image, "the name of the AWS endpoint does not resolve")
    serve_names()
    check_cause(image, "the certificate of the AWS endpoint is not trusted")
    check_cause(trusting, "its answer is not one of AWS")


def main(binary):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        start_loopback()
        roots = [make_root(binary, os.path.join(folder, name)) for name in ("image", "trusting")]
        certificate = serve_https(folder)
        with open(roots[1] + BUNDLE, "a") as bundle:
            bundle.write(open(certificate).read())
        try:
            for root in roots:
                make_read_only(root)
            check_all(*roots)
        finally:
            for root in roots:
                subprocess.run(["umount", "--recursive", root])


main(sys.argv[1])
