/** Words that say nothing about the subject of a talk, in the languages that are transcribed most, in lower case. */

const byLanguage: Readonly<Record<string, string>> = {
  en: `about after again all also always and any anything are aren because been before being between both but can
    cannot could did didn does doesn doing don done down each even ever every everything few first for from get gets
    getting give goes going gonna good got great had has have having here how however into isn its itself just kind
    know last less let like little look lot made make makes making many may maybe mean means might more most much must
    need never new next not nothing now number often okay one ones only other our out over own part people perhaps
    please point probably put quite rather really right said same saw say saying says see seen she should show since
    some somebody someone something sort still such sure take talk talked talking tell than thank thanks that the their
    them then there these they thing things think this those though three through time times today together too try
    trying two under until use used using very video want wanted was way well went were what when where whether which
    while who why will with within without won word words work would yeah year years yes yet you your`,
  de: `aber alle allem allen aller alles als also andere anderen auch auf aus bei beim bin bis bisschen bist dabei
    dadurch dafür dagegen damit dann darauf das dass dazu dein dem den denn der des deshalb die dies diese diesem diesen
    dieser dieses doch dort durch eben eigentlich ein eine einem einen einer eines einfach einmal etwas euch für ganz
    gar geht gemacht genau genau gesagt gibt gut haben hat hatte heute hier ich ihm ihn ihnen ihr ihre ihren immer ins
    ist jetzt kann kein keine können kommt machen macht mal man mehr mein mich mir mit muss müssen nach natürlich nicht
    nichts noch nun nur oder ohne sagen schon sehr sein seine sich sie sind soll sondern über uns und unter viel viele
    vielleicht vom von vor war waren warum was weil wenn wer werden wie wieder wir wird wirklich wurde zum zur zwei`,
  fr: `alors après aussi autre autres aux avant avec avez avoir avons bien bon car ceci cela celle celui ces cet cette
    chose comme comment dans des deux donc dont elle elles encore est être était étaient ete été êtes eux faire fait
    faut ici ils jamais les leur leurs lui mais même mes moi moins mon même nos notre nous ont oui par parce pas peu peut
    plus pour pourquoi puis quand que quel quelle qui quoi sans ses seulement son sont sur tous tout toute toutes très
    trop une vers voilà vos votre vous vraiment`,
  es: `ahora algo algunos ante antes aquí así aunque bien bueno cada casi como con contra cosa cosas cual cuando cuándo
    cómo del desde donde dos durante ella ellas ellos entonces entre era eran eres esa ese eso esta está están estas este
    esto estos fue gracias hace hacer hacia han hasta hay las les los más menos mientras mismo mucho muchos muy nada
    nos nosotros nuestra nuestro otra otro otros para pero poco podemos por porque porqué puede pues que quién qué sea
    según ser sido siempre sin sino sobre solo son soy sus también tan tanto tener tiene tienen todo todos tres una unas
    uno unos usted ustedes vamos ver vez`,
  it: `allora anche ancora avere che chi come con cosa così cui dalla degli dei del della delle dello dentro deve dopo
    dove due ecco era essere fare fatto gli hanno loro lui mai meno mio molto nei nel nella nelle noi non nostro ogni
    ora per perché però più poco poi prima può qualche quando quanto quella quelle quelli quello questa queste questi
    questo qui quindi sarà sempre senza solo sono sono sua sul sulla suo tra tutti tutto una uno vero volta`,
  pt: `agora ainda alguma alguns antes aqui assim até bem cada coisa coisas com como depois dela dele deles desde dessa
    desse desta deste dois ela elas ele eles entre era essa esse esta estamos estão este estou está eu fazer foi gente
    isso isto lá mais mas mesmo muito muitos nada nas nem nos nossa nosso não numa onde ou outra outro para pela pelo
    pode por porque pouco pra qual quando que quem sem sempre ser seu são só sobre sua também tem tempo ter toda todo
    todos tudo uma umas vai você vocês vou`,
  nl: `aan alle alleen als altijd andere ben bij daar dan dat deze die dit doen door dus een eens echt eigenlijk elkaar
    gaan gaat geen goed had heb hebben heeft heel het hier hij hoe hun iets ik ja jaar jullie kan komt kunnen maar
    maken meer men met mijn moet naar niet nog nou nu om omdat onder ons ook op over toch toen tot uit van veel voor
    waar want waren was wat weer wel wij wil worden wordt ze zei zich zijn zo zou`,
  ru: `без был была были было быть вам вас весь вот все всё всех всего вы где да даже для его ее её если есть еще ещё
    здесь или им их как какой когда кто ли меня мне может можно мы на над надо нам нас не него нет ни них но ну об один
    однако она они оно от очень по под потому почему при про просто раз сейчас со так также такой там тебя тем то тогда
    того тоже только том ты уже хорошо чего чем что чтобы эта эти это этого этой этом этот`,
};

export const stopWords: ReadonlySet<string> = new Set(Object.values(byLanguage).join(' ').split(/\s+/));
