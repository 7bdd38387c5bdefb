/**
 * The passwords that guessers try first, in lower case: keyboard walks, runs of digits, and words with a number. Only
 * those that are long enough to be accepted at all (10 characters).
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  0123456789 0987654321 1111111111 1112223334 1122334455 1123581321 1212121212 1231231234 123123123123 1234512345
  12345123451 123456123456 1234567890 12345678900 12345678901 123456789010 123456789012 1234567890123 12345678910
  1234567891 1234567891011 123456789a 123456789abc 123456789q 123456789qwe 1234567899 123456abcd 123456qwerty
  1234qwerasdf 1234qwertyuiop 12qwaszx12 1357924680 1472583690 1478963250 159753456852
  1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i9o0p 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 1qazxsw2cde3
  2147483647 2580258025 3.141592653 31415926535 7777777777 8675309867 9876543210 98765432101 9999999999 a123456789
  a1b2c3d4e5 a1b2c3d4e5f6 aa12345678 aaaaaaaaaa abc1234567 abc123456789 abcd123456 abcd12345678 abcde12345 abcdef1234
  abcdef123456 abcdefg123 abcdefghij abcdefghijk abcdefghijklmnopqrstuvwxyz access1234 admin12345 admin123456
  admin1234567 administrator administrator1 alexander1 animals123 apple12345 asdf123456 asdfasdfasdf asdfghjkl1
  asdfghjkl123 asdfghjkl; asdfghjklm asdfghjklzxcvbnm assassin123 azertyuiop azertyuiop123 babygirl123 barcelona1
  baseball12 baseball123 basketball basketball1 basketball12 basketball123 batman1234 billabong1 birmingham
  blackberry blackberry1 bubblegum1 butterfly1 butterfly12 butterfly123 california california1 changeme12
  changeme123 changeme1234 charlie123 cheesecake chocolate1 chocolate12 chocolate123 christian1 christmas1
  christopher christopher1 cinderella computer12 computer123 confidential correcthorse correcthorsebatterystaple
  cowboys123 david12345 default123 dragon1234 dragon12345 dragonball dragonball1 elephant12 elizabeth1 enterprise
  everything evangelion fernandez1 football10 football12 football123 football1234 forever123 forgetpassword
  freedom123 friends123 friendship gangster123 generation google1234 grandmother guitarhero hallo12345 hello12345
  hello123456 helloworld helloworld1 hello-world iloveyou12 iloveyou123 iloveyou1234 iloveyou2000 iloveyoubaby
  iloveyousomuch internet12 internet123 jennifer12 jennifer123 jessica123 johncena123 jonathan12 jordan1234 justinbieber
  kawasaki12 klapaucius letmein123 letmein1234 letmein12345 letmeinnow linkinpark linkinpark1 liverpool1 liverpool12
  liverpool123 loveforever lovelove12 loveme1234 lovers1234 manchester manchester1 masterchief master1234 metallica1
  michael123 michelle12 michelle123 microsoft1 millionaire minecraft1 minecraft12 minecraft123 monkey1234 monkey12345
  motherfucker mustang123 mypassword mypassword1 mypassword123 naruto1234 newpassword newpassword1 nintendo64
  nothing123 november11 p4ssw0rd123 p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 p@ssword123 pa55word12 pa55word123 pass123456
  pass12345678 passpass123 passw0rd12 passw0rd123 passw0rd1234 password00 password01 password10 password11 password12
  password123 password1234 password12345 password123456 password12345678 password123456789 password1! password123!
  password2020 password2021 password2022 password2023 password2024 password2025 password2026 passwordpassword
  photoshop1 playstation playstation2 playstation3 pokemon123 pokemon1234 porsche911 princess10 princess12 princess123
  princess1234 q1w2e3r4t5 q1w2e3r4t5y6 qazwsx1234 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qqqqqqqqqq qwe1234567
  qweasdzxc1 qweasdzxc123 qwer123456 qwerasdfzxcv qwert12345 qwerty0987 qwerty1234 qwerty12345 qwerty123456
  qwerty1234567 qwerty123456789 qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopasdfghjklzxcvbnm
  realmadrid rockandroll rockstar123 roflcopter samsung123 scoobydoo1 september1 september11 shadow1234 skateboard
  skateboarding slipknot666 snickers12 snowboard1 snowboarding soccer1234 spiderman1 spiderman12 spiderman123
  spongebob1 spongebob123 starwars12 starwars123 starwars1234 steelers12 stephanie1 strawberry strawberry1
  summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer2026 sunflower1 sunshine12 sunshine123
  superman12 superman123 superman1234 superstar1 sweetheart sweetheart1 sweetheart123 sweetpea12 teiubesc12 temp123456
  temporary1 test123456 test12345678 testing123 testing1234 testtest12 testtest123 thunder123 tinkerbell tinkerbell1
  topsecret1 trustno1234 undertaker undertaker1 unforgiven universal1 university valentina1 volkswagen
  welcome123 welcome1234 welcome12345 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024 welcome2025
  welcome2026 whatever12 whatever123 william123 winter2020 winter2021 winter2022 winter2023 winter2024 winter2025
  winter2026 wonderland xxxxxxxxxx yourmother yugioh1234 zaq12wsxcde3 zaq1zaq1zaq1 zaqwsxcde3 zxcvbnm123 zxcvbnm1234
  zxcvbnmasdfghjkl zzzzzzzzzz
  `
    .trim()
    .split(/\s+/),
);
