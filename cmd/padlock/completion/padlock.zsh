#compdef padlock
# zsh completion for padlock

_padlock() {
    local -a lines candidates
    local line
    lines=("${(@f)$("${words[1]}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${(@)lines[2,-1]}"; do
        # _describe separates the description by a colon.
        candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( $#candidates )); then
        _describe 'padlock' candidates
    fi
    case ${lines[1]} in
        files) compset -P '--*='; _files ;;
        directories) compset -P '--*='; _files -/ ;;
    esac
}

# Loaded by the completion system from $fpath, or sourced.
if [[ ${funcstack[1]} == _padlock ]]; then
    _padlock "$@"
else
    compdef _padlock padlock
fi
