# fish completion for padlock

function __padlock_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] 2>/dev/null)
    set -l current (commandline -ct)
    set -l prefix (string match -r -- '^--[^=]+=' $current)
    # An empty list would swallow whatever stands beside it.
    set -q prefix[1]; or set prefix ''
    set -l path (string replace -- "$prefix" '' $current)
    switch "$lines[1]"
        case files
            for found in (__fish_complete_path $path)
                echo $prefix$found
            end
        case directories
            for found in (__fish_complete_directories $path '')
                echo $prefix$found
            end
    end
    test (count $lines) -gt 1; and printf '%s\n' $lines[2..-1]
end

complete -c padlock -f -a '(__padlock_complete)'
