# SPDX-License-Identifier: Apache-2.0
"""usage: mail_link.py DIRECTORY RECIPIENT WORD [AFTER]

Prints the newest link that holds WORD in a mail to RECIPIENT, from the mail
sink's directory, not counting its first AFTER mails.  Exit 1: there is none.
"""
import email
import email.policy
import glob
import json
import os
import re
import sys


def links(path):
    with open(path, 'rb') as f:
        mail = email.message_from_binary_file(f, policy=email.policy.default)
    body = mail.get_body(preferencelist=('plain', 'html'))
    return re.findall(r'https://[^\s<>"\')]+', body.get_content())


def main():
    directory, recipient, word = sys.argv[1:4]
    after = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    mails = sorted(glob.glob(os.path.join(directory, '*.eml')))[after:]
    for path in reversed(mails):
        with open(path[:-4] + '.json', encoding='utf-8') as f:
            if recipient not in json.load(f)['to']:
                continue
        for link in links(path):
            if word in link:
                print(link)
                return
    sys.exit(1)


main()
