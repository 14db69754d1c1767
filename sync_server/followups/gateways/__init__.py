"""Those who carry mail: Resend, a mail server, or a folder of files."""
