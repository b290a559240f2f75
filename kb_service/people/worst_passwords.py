"""Passwords of ten letters and more that everybody tries first, in small letters.

Short ones need no list: the shortest password allowed is longer than they are.
"""

_WORDS = """
0123456789 1029384756 1111111111 1122334455 1212121212 1234512345 1234567890 12345678900
12345678910 1234567891011 123123123123 1234qwerasdf 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc
9876543210 0987654321 abcdefghij abcdefghijkl abc1234567 administrator administrator1
admin12345 admin123456 admin1234567890 adminadmin adminpassword changeme123 changemenow
demodemodemo football123 iloveyou123 iloveyou12 kbservice123 kbservice2026 letmein123
letmeinnow loveyou123 masterkey1 parol12345 parol123456 parolparol password10 password11
password12 password123 password1234 password12345 password123456 password1234567890
password2024 password2025 password2026 passwordpassword p@ssw0rd123 p@ssword123 passw0rd123
q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qwerasdfzxcv qwerty12345 qwerty123456 qwerty1234567890
qwertyqwerty qwertyuiop qwertyuiop123 qwertyuiopasdfghjkl secret1234 service123 support123
test123456 testtest123 welcome123 welcome1234 welcome2026 yaroslavna zaq12wsxcde3
zxcvbnmasdfghjkl zxcvbnm123 администратор администратор1 админ12345 админадмин верныйпароль
длинныйпароль йцукен12345 йцукен123456 йцукенгшщз йцукенгшщзхъ йцукенйцукен компания123
люблютебя123 мойпароль1 мойпароль123 пароль12345 пароль123456 пароль1234567890 пароль2024
пароль2025 пароль2026 парольпароль привет12345 привет123456 приветпривет россия2026 секретный1
сотрудник1 фывапролдж фывапролджэ электричество энергосбыт энергосбыт1 энергосбыт2026
"""

WORST = frozenset(_WORDS.split())
