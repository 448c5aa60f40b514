/** What is tried first: the passwords that turn up again and again in published lists, in small letters. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  123123 1234 12345 123456 1234567 12345678 123456789 1234567890 111111 000000 654321 987654321 121212 112233
  123321 666666 696969 777777 888888 555555 159753 147258369 password password1 password12 password123 passw0rd
  p@ssw0rd p@ssword pass pass123 passwort passwort1 qwerty qwerty1 qwerty12 qwerty123 qwertyuiop qwertz qwertz123
  azerty asdfgh asdfghjkl asdf1234 zxcvbn zxcvbnm 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 abc123 abcd1234
  abcdef a1b2c3 aa123456 admin admin1 admin123 administrator root toor user guest test test1 test123 testing
  changeme default secret geheim letmein welcome welcome1 welcome123 willkommen login master access hello hello123
  hallo hallo123 iloveyou ichliebedich loveme love monkey dragon football baseball basketball soccer hockey
  superman batman pokemon starwars princess sunshine shadow michael jordan jessica jennifer charlie daniel thomas
  andrea martin alexander computer internet server mail email office company summer winter spring autumn sommer
  schatz frankfurt berlin london arsenal liverpool chelsea flower whatever freedom trustno1 mustang ginger
  cheese killer pepper buster hunter hunter2 matrix google samsung killer123 donald qazwsx zaq12wsx zaq1zaq1
  `
    .trim()
    .split(/\s+/),
);
