"""A real OpenSSH server for partners that bring files, each locked into a folder of his own."""

from stack.process import ServerFailed
from stack.sftp.partners import PartnersFileWrong
from stack.sftp.server import start, status, stop

__all__ = ["PartnersFileWrong", "ServerFailed", "start", "status", "stop"]
