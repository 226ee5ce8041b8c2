// What `--help` says.
export const HELP = `MediaServer: your films and series, on your own machine, together.

  npm start -- [folder …] [options]     serve these folders and all libraries added before
  npm run demo                          make a small library of generated films and serve it

  npm start -- doctor                   check folders, disk, database and encoders, and say what to do
  npm start -- backup <file>            write everything but the films into one file, also while serving
  npm start -- restore <file>           put a backup back (stop the server first)
  npm start -- user list|add|password|remove [name] [viewer|admin|owner]
  npm start -- scan [library]           look for changes now
  npm start -- migrate-to <target>      move to postgres://… or back into a file of SQLite

Options
  -p, --port <number>     port to listen on                          (8096)
      --host <address>    address to listen on                       (every interface)
  -d, --data <folder>     where everything is kept that is written   (./data)
      --role <role>       all, web or worker                         (all)
      --with-artwork      backup: posters and backdrops too
  -v, --version           print the version
  -h, --help              print this

A folder named Films, Movies or the like becomes a library of films, Series or Shows one of series,
any other a mixed one; all of it can be changed in the browser afterwards.

Every setting can also be given as an environment variable, such as MEDIASERVER_PORT or
MEDIASERVER_LIBRARIES: docs/configuration.md lists them all.
`
