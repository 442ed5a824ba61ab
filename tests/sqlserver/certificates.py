"""A self-signed certificate for localhost, made by the openssl program, and the TLS settings of the server."""
import pathlib
import shutil
import ssl
import subprocess
import warnings

VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1, "1.2": ssl.TLSVersion.TLSv1_2,
            "1.3": ssl.TLSVersion.TLSv1_3}


def make_certificate(folder, name="localhost"):
    """(certificate, key) in PEM; made once per folder."""
    certificate, key = pathlib.Path(folder) / "server.pem", pathlib.Path(folder) / "server.key"
    if not certificate.exists():
        if not shutil.which("openssl"):
            raise RuntimeError("openssl is not installed: apt-get install openssl")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1", "-keyout", str(key), "-out",
                        str(certificate)], check=True, capture_output=True)
    return certificate, key


def server_context(folder, version_max="1.2", strict=False, name="localhost"):
    """TDS 7.4 speaks at most TLS 1.2; `version_max` "1.0" plays a server that has nothing newer. Strict is TDS 8."""
    certificate, key = make_certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version_max in ("1.0", "1.1"):
        context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = VERSIONS["1.0" if version_max in ("1.0", "1.1") else "1.2"]
        context.maximum_version = VERSIONS[version_max]
    context.load_cert_chain(certificate, key)
    if strict:
        context.set_alpn_protocols(["tds/8.0"])
    return context
