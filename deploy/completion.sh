# Sourced by ./ndstream completion: the server's own completion, with the launcher's commands laid over it.

"$(distribution)/bin/ndstream" generate-completion
cat << 'TXT'

_ndstream_launcher() {
  local word=${COMP_WORDS[COMP_CWORD]} choices=
  if [ "$COMP_CWORD" = 1 ]; then
    _complete_ndstream
    COMPREPLY+=($(compgen -W "build test demo conform bench format completion --help" -- "$word"))
    return
  fi
  case ${COMP_WORDS[1]} in
    build | format) ;;
    test) choices="lint proto java newest-java python" ;;
    bench) choices="stream frames dataset sample regions stitch" ;;
    completion) choices="bash zsh" ;;
    demo) choices=--dataset ;;
    conform) COMPREPLY=($(compgen -d -- "$word")) && return ;;
    *) _complete_ndstream && return ;;
  esac
  COMPREPLY=($(compgen -W "$choices --help" -- "$word"))
}
complete -o default -F _ndstream_launcher ndstream ./ndstream
TXT
