/** The words of the built-in text, by their place in a sentence. */
export const englishWords = {
  determiners: list('the the the a a this that every each one another some any no his her their our my your its'),
  adjectives: list(
    `old small new long short young great large quiet early late open deep wide narrow heavy light dark bright cold warm
    dry wet clean rough smooth sharp soft hard strong weak quick slow simple plain clear strange familiar common rare
    useful empty full green red blue white black brown grey yellow golden silver wooden local distant public private
    modern ancient careful patient kind gentle proud serious curious busy calm tired happy sad free safe first
    second third last final whole broken hidden fresh sweet bitter rich poor`,
  ),
  nouns: list(
    `river house garden street market teacher doctor farmer child woman man friend brother sister mother father neighbor
    soldier sailor captain writer artist student village city town country island mountain valley forest field road
    bridge station train ship boat car horse dog cat bird fish tree flower leaf seed stone rock sand water fire wind
    rain snow storm cloud sun moon star morning evening night winter summer spring autumn day week month year
    minute letter book page story song picture window door wall roof floor table chair bed lamp clock key box bag coat
    hat shoe glass cup plate knife bread cheese apple orange lemon sugar salt coffee tea wine wheel engine machine tool
    hammer rope paper pencil map coin price question answer problem reason secret promise mistake memory dream idea
    plan lesson journey meeting crowd team family company office school church hospital library museum theater kitchen
    corner path hill lake ocean coast harbor tower castle farm shop`,
  ),
  verbs: list(
    `saw found made took gave kept left held brought carried opened closed built painted followed watched heard
    remembered forgot wanted needed loved moved crossed reached passed covered filled changed lost saved sold bought
    wrote read drew cut broke pulled pushed turned lifted dropped noticed described studied visited joined called asked
    answered helped met thanked trusted showed taught cleaned repaired counted measured ordered served shared`,
  ),
  prepositions: list(
    `near behind beside under above across through around beyond before after without with for from into along against
    inside outside toward between`,
  ),
  adverbs: list(
    `slowly quickly quietly often never always again still already soon later almost perhaps finally suddenly carefully
    once then there today`,
  ),
  conjunctions: list('and and and but but while because when until so where though since'),
};

function list(words: string): readonly string[] {
  return words.split(/\s+/);
}
