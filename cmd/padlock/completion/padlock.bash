# bash completion for padlock

_padlock() {
    # bash splits words at "=": put --flag=value together again.
    local words=() word i n=0
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $n -gt 0 && ( $word == = || ${words[n - 1]} == --*= ) ]]; then
            words[n - 1]+=$word
        else
            words[n++]=$word
        fi
    done

    # Only what follows the "=" is replaced.
    local current=${words[n - 1]} strip=
    if [[ $current == --*=* && ${COMP_WORDS[COMP_CWORD]} != "$current" ]]; then
        strip=${current%%=*}=
    fi

    COMPREPLY=()
    local kind= line
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$strip"}")
        fi
    done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)

    case $kind in
        files) compopt -o default 2>/dev/null ;;
        directories) compopt -o dirnames 2>/dev/null ;;
    esac
}

complete -F _padlock padlock
