// The naming conventions that media servers document for their users: every example of them is understood.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessFromPath, type LibraryKindHint } from '../file-name.ts'
import { groupFiles } from '../grouping.ts'
import { placementOf } from '../placement.ts'
import { sidecarsOf } from '../sidecars.ts'
import { seasonOfFolder } from './folders.ts'

type Case = readonly [path: string, hint: LibraryKindHint, expected: Record<string, unknown>]

const FILMS: Case[] = [
  // jellyfin.org/docs/general/server/media/movies
  [
    'Best_Movie_Ever (2019)/Best_Movie_Ever (2019) - 1080P.mp4',
    'films',
    { title: 'Best Movie Ever', year: 2019 },
  ],
  ['Film (1986)/Film.mkv', 'films', { title: 'Film', year: 1986 }],
  [
    'Film (2018) [imdbid-tt0000000]/Film (2018) [imdbid-tt0000000].mkv',
    'films',
    { title: 'Film', year: 2018, ids: { imdb: 'tt0000000' } },
  ],
  ['Film (2018) [tmdbid-65567]/Film.mkv', 'films', { title: 'Film', year: 2018, ids: { tmdb: 65567 } }],
  [
    'Awesome 3D Movie (2022)/Awesome 3D Movie (2022).3D.FTAB.mp4',
    'films',
    { title: 'Awesome 3D Movie', year: 2022, format3d: 'ftab' },
  ],
  ['Film.3d.hsbs.mkv', 'films', { title: 'Film', format3d: 'hsbs' }],
  ['Film (2009)-part1.mkv', 'films', { title: 'Film', part: 1 }],
  ['Film (2009)-cd2.mkv', 'films', { title: 'Film', part: 2 }],
  ['Film (2009).disc2.mkv', 'films', { title: 'Film', part: 2 }],
  // support.plex.tv: naming and organizing your movie media files
  ['Avatar (2009).mkv', 'films', { title: 'Avatar', year: 2009 }],
  [
    'Batman Begins (2005) {imdb-tt0372784}/Batman Begins (2005) {imdb-tt0372784}.mp4',
    'films',
    { title: 'Batman Begins', year: 2005, ids: { imdb: 'tt0372784' } },
  ],
  ['Batman Begins (2005) {tmdb-272}.mp4', 'films', { title: 'Batman Begins', ids: { tmdb: 272 } }],
  [
    'Blade Runner (1982) {edition-Final Cut}/Blade Runner (1982) {edition-Final Cut}.mkv',
    'films',
    { title: 'Blade Runner', year: 1982, edition: 'Final Cut' },
  ],
  ['The Dark Knight (2008)/The Dark Knight (2008) - pt1.mp4', 'films', { title: 'The Dark Knight', part: 1 }],
  [
    'The Dark Knight (2008)/The Dark Knight (2008) - disk2.mp4',
    'films',
    { title: 'The Dark Knight', part: 2 },
  ],
  ['Pulp Fiction (1994) - 1080p.mkv', 'films', { title: 'Pulp Fiction', year: 1994 }],
  ['Movie Name (2010) [Optional Info].mkv', 'films', { title: 'Movie Name', year: 2010 }],
  // kodi.wiki: naming video files/movies
  ['The Matrix (1999).mkv', 'films', { title: 'The Matrix', year: 1999 }],
  ['The.Matrix.1999.mkv', 'films', { title: 'The Matrix', year: 1999 }],
  ['The_Matrix_(1999).mkv', 'films', { title: 'The Matrix', year: 1999 }],
  ['Avatar (2009)/Avatar (2009) Part 1.mkv', 'films', { title: 'Avatar', part: 1 }],
  ['Ben Hur (1959)/Ben Hur CD1.avi', 'films', { title: 'Ben Hur', year: 1959, part: 1 }],
  ['Ben Hur (1959)/Ben Hur dvd2.avi', 'films', { title: 'Ben Hur', part: 2 }],
  ['Watchmen (2009)/VIDEO_TS/VTS_01_1.VOB', 'films', { title: 'Watchmen', year: 2009, part: 1 }],
  ['Watchmen (2009)/BDMV/STREAM/00005.m2ts', 'films', { title: 'Watchmen', year: 2009 }],
  // emby.media/support: movie naming
  ['300 (2006)/300 (2006).mkv', 'films', { title: '300', year: 2006 }],
  ['300 (2006)/300 (2006) - 1080p.mkv', 'films', { title: '300', year: 2006 }],
  ['Bambi (1942)/Bambi (1942)-cd1.avi', 'films', { title: 'Bambi', part: 1 }],
  [
    'Fantastic Beasts (2016) [tmdbid=259316]/Fantastic Beasts (2016).mkv',
    'films',
    { title: 'Fantastic Beasts', ids: { tmdb: 259316 } },
  ],
  ['A/Avatar (2009)/Avatar (2009).mkv', 'films', { title: 'Avatar', year: 2009 }],
  // Seen in libraries: somebody's order before the name, discs as folders, numbers that are names.
  ['Marvel/01 - Iron Man (2008).mkv', 'films', { title: 'Iron Man', year: 2008 }],
  ['Star Wars/04 A New Hope (1977).mkv', 'films', { title: 'A New Hope', year: 1977 }],
  ['12 Angry Men (1957).mkv', 'films', { title: '12 Angry Men', year: 1957 }],
  ['Gandhi (1982)/CD2/gandhi.avi', 'films', { title: 'gandhi', year: 1982, part: 2 }],
  [
    'Star.Wars.Episode.3.Revenge.of.the.Sith.2005.mkv',
    'films',
    { title: 'Star Wars Episode 3 Revenge of the Sith', year: 2005 },
  ],
]

const EPISODES: Case[] = [
  // jellyfin.org/docs/general/server/media/shows
  [
    'Series Name A (2010)/Season 01/Series Name A S01E01-E02.mkv',
    'series',
    { title: 'Series Name A', season: 1, episodes: [1, 2] },
  ],
  [
    'Series Name A (2010)/Season 02/Series Name A S02E03 Part 1.mkv',
    'series',
    { title: 'Series Name A', season: 2, episodes: [3], part: 1 },
  ],
  ['Series Name A (2010)/Season 00/Series Name A S00E01.mkv', 'series', { season: 0, episodes: [1] }],
  [
    'Series Name A (2010)/Season 00/Some Special.mkv',
    'series',
    { title: 'Series Name A', season: 0, episodes: [] },
  ],
  [
    'Series Name A (2021) [tvdbid-79168]/Season 01/S01E02.mkv',
    'series',
    { title: 'Series Name A', episodes: [2], ids: { tvdb: 79168 } },
  ],
  // support.plex.tv: naming and organizing your TV show files
  [
    'From (2022)/Season 01/From (2022) - s01e02 - Optional Info.mp4',
    'series',
    { title: 'From', year: 2022, season: 1, episodes: [2] },
  ],
  [
    'Doctor Who (1963) {tvdb-76107}/Season 01/Doctor Who (1963) - s01e01 - An Unearthly Child (1).mp4',
    'series',
    { title: 'Doctor Who', year: 1963, season: 1, episodes: [1], ids: { tvdb: 76107 } },
  ],
  [
    "Grey's Anatomy (2005)/Season 01/Grey's Anatomy (2005) - s01e01 - pt1.avi",
    'series',
    { title: "Grey's Anatomy", season: 1, episodes: [1], part: 1 },
  ],
  [
    "Grey's Anatomy (2005)/Season 02/Grey's Anatomy (2005) - s02e01-e03.avi",
    'series',
    { season: 2, episodes: [1, 2, 3] },
  ],
  [
    "Grey's Anatomy (2005)/Season 02/Grey's Anatomy (2005) - s02e04.m4v",
    'series',
    { season: 2, episodes: [4] },
  ],
  [
    'The Colbert Report (2005)/Season 08/The Colbert Report (2005) - 2011-11-15 - Elijah Wood.avi',
    'series',
    { title: 'The Colbert Report', date: '2011-11-15' },
  ],
  [
    'Show Name/Season 08/Show Name - 15-11-2011 - Optional Info.avi',
    'series',
    { title: 'Show Name', date: '2011-11-15' },
  ],
  ['Show Name/Season 08/Show Name - 2011.11.15.avi', 'series', { title: 'Show Name', date: '2011-11-15' }],
  [
    'The Office (UK) (2001) {tmdb-2996}/Season 01/The Office (UK) - s01e01 - Downsize.mp4',
    'series',
    { season: 1, episodes: [1], ids: { tmdb: 2996 } },
  ],
  [
    'Band of Brothers (2001)/Season 01/Band of Brothers (2001) - s01e01 - Currahee.mkv',
    'series',
    { title: 'Band of Brothers', season: 1, episodes: [1] },
  ],
  // kodi.wiki: naming video files/episodes
  ['Firefly (2002)/Season 1/Firefly S01E02.mkv', 'series', { title: 'Firefly', season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly s01.e02.mkv', 'series', { season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly s1e2.mkv', 'series', { season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly s01_e02.mkv', 'series', { season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly 1x02.mkv', 'series', { season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly.s01.ep02.mkv', 'series', { season: 1, episodes: [2] }],
  ['Firefly (2002)/Season 1/Firefly [s01]_[e02].mkv', 'series', { season: 1, episodes: [2] }],
  ['Show/Name ep02.mkv', 'series', { episodes: [2] }],
  ['Show/Name E02.mkv', 'series', { episodes: [2] }],
  ['Show/Name s01e01 s01e02.mkv', 'series', { season: 1, episodes: [1, 2] }],
  ['Show/Name s01e01-02.mkv', 'series', { season: 1, episodes: [1, 2] }],
  ['Show/Name 1x01_1x02.mkv', 'series', { season: 1, episodes: [1, 2] }],
  ['Show/Name 1x01x02x03.mkv', 'series', { season: 1, episodes: [1, 2, 3] }],
  ['Show/Name s01e01e02e03.mkv', 'series', { season: 1, episodes: [1, 2, 3] }],
  ['Show/Name ep01ep02.mkv', 'series', { episodes: [1, 2] }],
  ['Show/Name 2010.12.31.mkv', 'series', { date: '2010-12-31' }],
  ['Show/Name 31-12-2010.mkv', 'series', { date: '2010-12-31' }],
  ['Firefly (2002)/Specials/Firefly S00E01.mkv', 'series', { season: 0, episodes: [1] }],
  // emby.media/support: TV naming
  ['Glee (2009)/Season 1/Glee S01E01.mp4', 'series', { title: 'Glee', season: 1, episodes: [1] }],
  ['Seinfeld (1989)/Seinfeld S01E02.mp4', 'series', { title: 'Seinfeld', season: 1, episodes: [2] }],
  ['A-M/Glee (2009)/Season 1/Glee S01E01.mp4', 'series', { title: 'Glee', season: 1, episodes: [1] }],
  ['24/Season 1/24 S01E01.avi', 'series', { title: '24', season: 1, episodes: [1] }],
  [
    'Glee (2009)/Season 1/Glee - 1x01 - Pilot.mp4',
    'series',
    { season: 1, episodes: [1], episodeTitle: 'Pilot' },
  ],
  ['Glee (2009)/Season 1/101 - Pilot.mp4', 'series', { title: 'Glee' }],
  ['Glee (2009)/Season 1/S01E01-S01E03.mp4', 'series', { season: 1, episodes: [1, 2, 3] }],
  ['Glee (2009)/Season 1/Episode 16-17.mp4', 'series', { season: 1, episodes: [16, 17] }],
  [
    'Late Show (1993)/Season 2012/Late Show 2012-06-19.mkv',
    'series',
    { title: 'Late Show', date: '2012-06-19' },
  ],
  // Seen in libraries: seasons with names, the season once more in the number, halves, words of other languages.
  [
    'Archer (2009) {tvdb-110381}/Season 10 - 1999/Archer - S10E01 - Bort.mkv',
    'series',
    { title: 'Archer', year: 2009, season: 10, ids: { tvdb: 110381 } },
  ],
  [
    'American Horror Story (2011)/S01 - Murder House/02 - Home.mkv',
    'series',
    { title: 'American Horror Story', season: 1, episodes: [2] },
  ],
  ['The Office (US)/Season 5/514 - Stress Relief.mkv', 'series', { season: 5, episodes: [14] }],
  ['One Piece/Season 3/One Piece - 078.mkv', 'series', { season: 3, episodes: [78] }],
  ['Bluey/Bluey S01E02b Keepy.mkv', 'series', { season: 1, episodes: [2], part: 2, episodeTitle: 'Keepy' }],
  ['[Group] Re Zero - S02P2 - 03.mkv', 'series', { title: 'Re Zero', season: 2, episodes: [3] }],
  ['The Mandalorian/Chapter 9 - The Marshal.mkv', 'series', { title: 'The Mandalorian', episodes: [9] }],
  ['Cosmos/Disc 1/Title 03.mkv', 'series', { title: 'Cosmos', episodes: [3] }],
  ['Ergo_Proxy_[01]_[720p].mkv', 'mixed', { title: 'Ergo Proxy', episodes: [1] }],
  ['(Hi10)_Spice_and_Wolf_-_03_(BD_720p)_(THORA).mkv', 'mixed', { title: 'Spice and Wolf', episodes: [3] }],
  ['ドラえもん #123 「タイトル」.mp4', 'mixed', { title: 'ドラえもん', episodes: [123] }],
  ['Lost - The Complete Third Season/05 - Title.mkv', 'series', { title: 'Lost', season: 3, episodes: [5] }],
  ['Show Name March 15 2024.mkv', 'mixed', { title: 'Show Name', date: '2024-03-15' }],
  ['Show.Name.Part.2.of.3.Title.mkv', 'mixed', { title: 'Show Name', episodes: [2] }],
  [
    'Running.Man.E701.240505.1080p.mkv',
    'series',
    { title: 'Running Man', episodes: [701], episodeTitle: null },
  ],
  ['Сериал - 2 сезон 05 серия.mkv', 'series', { title: 'Сериал', season: 2, episodes: [5] }],
  ['Dizi - Sezon 2 Bölüm 4.mkv', 'series', { title: 'Dizi', season: 2, episodes: [4] }],
  ['진격의 거인 3기 05화.mkv', 'series', { title: '진격의 거인', season: 3, episodes: [5] }],
]

for (const [path, hint, expected] of [...FILMS, ...EPISODES])
  test(path, () => {
    // A path means the same wherever the library begins, and whichever system wrote it.
    for (const written of [path, path.replaceAll('/', '\\')]) {
      const guess: Record<string, unknown> = guessFromPath(written, hint)
      for (const [field, value] of Object.entries(expected))
        assert.deepEqual(guess[field], value, `${field} of ${written}`)
      assert.equal(guess['extra'], null)
      assert.equal(guess['kind'], hint === 'films' ? 'movie' : 'episode')
    }
  })

test('extras by folder and by suffix', () => {
  for (const [path, kind] of [
    ['Film (2010)/behind the scenes/Making of.mkv', 'behind-the-scenes'],
    ['Film (2010)/Deleted Scenes/One.mkv', 'deleted-scene'],
    ['Film (2010)/interviews/Director.mkv', 'interview'],
    ['Film (2010)/scenes/Opening.mkv', 'scene'],
    ['Film (2010)/samples/Film.mkv', 'sample'],
    ['Film (2010)/shorts/Day.mkv', 'short'],
    ['Film (2010)/featurettes/Sound.mkv', 'featurette'],
    ['Film (2010)/clips/Clip.mkv', 'clip'],
    ['Film (2010)/other/Something.mkv', 'other'],
    ['Film (2010)/extras/Gag reel.mkv', 'other'],
    ['Film (2010)/trailers/Teaser.mkv', 'trailer'],
    ['Film (2010)/trailer.mkv', 'trailer'],
    ['Show/[Group] Show - NCED 02 [1080p].mkv', 'other'],
    ['Show/[Group] Show - Creditless OP1.mkv', 'other'],
    ['Show/[Group] Show - PV 02 [1080p].mkv', 'other'],
    ['Film (2010)/Film (2010)-trailer.mkv', 'trailer'],
    ['Film (2010)/Film (2010)-behindthescenes.mkv', 'behind-the-scenes'],
    ['Film (2010)/Film (2010)-deleted.mkv', 'deleted-scene'],
    ['Film (2010)/Film (2010)-deletedscene.mkv', 'deleted-scene'],
    ['Film (2010)/Film (2010)-featurette.mkv', 'featurette'],
    ['Film (2010)/Film (2010)-interview.mkv', 'interview'],
    ['Film (2010)/Film (2010)-scene.mkv', 'scene'],
    ['Film (2010)/Film (2010)-short.mkv', 'short'],
    ['Film (2010)/Film (2010)-clip.mkv', 'clip'],
    ['Film (2010)/Film (2010)-other.mkv', 'other'],
    ['Film (2010)/Film (2010)-extra.mkv', 'other'],
    ['Film (2010)/Film (2010)-sample.mkv', 'sample'],
    ['Film (2010)/backdrops/loop.mp4', 'theme-video'],
    ['Show (2010)/Season 01/interviews/Cast.mkv', 'interview'],
    ['Show (2010)/trailers/Season 1.mkv', 'trailer'],
  ] as const) {
    assert.equal(guessFromPath(path, path.startsWith('Show') ? 'series' : 'films').extra, kind, path)
    assert.equal(placementOf(path, 'mixed'), null, path)
  }
  // Words of extras inside a name are the name's.
  for (const path of [
    'Trailer Park Boys (2006).mkv',
    'The Interview (2014).mkv',
    'The Big Short (2015)/The Big Short (2015).mkv',
    'Short Circuit (1986).mkv',
  ])
    assert.equal(guessFromPath(path, 'films').extra, null, path)
})

test('versions of a film are one film; other films in its folder are not', () => {
  const one = (paths: string[], kind: LibraryKindHint = 'films') =>
    groupFiles(paths, kind).map((entry) => entry.versions.length)
  const film = 'Best_Movie_Ever (2019)/Best_Movie_Ever (2019)'
  assert.deepEqual(one([`${film} - 1080P.mp4`, `${film} - 720P.mp4`, `${film} - Director's Cut.mp4`]), [3])
  assert.deepEqual(one([`${film} [1080P].mp4`, `${film} [2160P].mp4`, `${film}.mp4`]), [3])
  assert.deepEqual(one(['300 (2006)/300 (2006) - 1080p.mkv', '300 (2006)/300 (2006) - 4K.mkv']), [2])
  assert.deepEqual(one(['Pulp Fiction (1994) - 1080p.mkv', 'Pulp Fiction (1994) - SD.avi']), [2])
  assert.deepEqual(one([`${film}-cd1.avi`, `${film}-cd2.avi`]), [1])
  assert.deepEqual(one([`${film} {edition-Extended}.mkv`, `${film} {edition-Theatrical}.mkv`]), [2])
  assert.deepEqual(
    one(['Box/Alien (1979).mkv', 'Box/Aliens (1986).mkv', 'Box/Alien 3 (1992).mkv']),
    [1, 1, 1],
  )
  assert.deepEqual(
    one(
      [
        'Show (2010)/Season 1/Show S01E01 - 1080p.mkv',
        'Show (2010)/Season 1/Show S01E01 - 720p.mkv',
        'Show (2010)/Season 1/Show S01E02.mkv',
      ],
      'series',
    ),
    [2, 1],
  )
})

test('season folders in the words of several languages', () => {
  for (const [name, season] of [
    ['Season 1', 1],
    ['Season 01', 1],
    ['season.2', 2],
    ['S03', 3],
    ['s3', 3],
    ['Series Name Season 4', 4],
    ['Staffel 2', 2],
    ['Saison 3', 3],
    ['Temporada 4', 4],
    ['Stagione 5', 5],
    ['Seizoen 6', 6],
    ['S\u00e4song 7', 7],
    ['1. Staffel', 1],
    ['2nd Season', 2],
    ['Season 01 - Riders of Berk', 1],
    ['Specials', 0],
    ['Season 0', 0],
    ['Season 00', 0],
    ['Season 2012', 2012],
    ['Extras of the show', null],
    ['1984', null],
    ['Series Name', null],
  ] as const)
    assert.equal(seasonOfFolder(name, 'Series Name'), season, name)
})

test('subtitles beside a film, with language and flags', () => {
  const film = 'Film (2010)/Film (2010).mkv'
  const found = (name: string) => sidecarsOf([`Film (2010)/${name}`], [film])[0]
  for (const [name, language, isForced, isHearingImpaired] of [
    ['Film (2010).srt', null, false, false],
    ['Film (2010).en.srt', 'eng', false, false],
    ['Film (2010).eng.srt', 'eng', false, false],
    ['Film (2010).English.srt', 'eng', false, false],
    ['Film (2010).de.forced.srt', 'deu', true, false],
    ['Film (2010).forced.de.srt', 'deu', true, false],
    ['Film (2010).fr.foreign.ass', 'fra', true, false],
    ['Film (2010).default.es.srt', 'spa', false, false],
    ['Film (2010).en.sdh.srt', 'eng', false, true],
    ['Film (2010).en.cc.srt', 'eng', false, true],
    ['Film (2010).en.hi.srt', 'eng', false, true],
    ['Film (2010).hi.srt', 'hin', false, false],
    ['Film (2010).pt-BR.srt', 'pt-BR', false, false],
    ['Film (2010).Commentary.en.srt', 'eng', false, false],
    ['Film (2010).en.vtt', 'eng', false, false],
    ['Subs/English.srt', 'eng', false, false],
    ['Subtitles/2_German.srt', 'deu', false, false],
  ] as const) {
    const sidecar = found(name)
    assert.deepEqual(
      [sidecar?.language, sidecar?.isForced, sidecar?.isHearingImpaired],
      [language, isForced, isHearingImpaired],
      name,
    )
    assert.equal(sidecar?.mediaPath, film)
  }
})
