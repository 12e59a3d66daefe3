# Completion for weir: commands, options, and files where there are files.
_weir() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command="" i words=0
    local commands="run demo check show explain route cert health status reload stop servers add remove drain disable enable weight caches purge"
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ " $commands " == *" ${COMP_WORDS[i]} "* ]]; then
            command=${COMP_WORDS[i]}
            break
        fi
    done
    case $before in
        --config | --key | --password-file)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
            ;;
        --set | --from | --to | --url | --timeout | --admin | -H) return ;;
    esac
    if [[ $word == -* ]]; then
        local options="--help --version"
        case $command in
            "") options+=" --from --to --set" ;;
            run) options+=" --from --to --set --beside" ;;
            check | show) options+=" --from --to --set" ;;
            demo) options+=" --tls --set" ;;
            cert) options+=" --key --password-file --set" ;;
            health) options="--help --url --set" ;;
            route) options="--help --set -H" ;;
            explain) ;;
            drain) options="--help --config --admin --set --json --timeout" ;;
            purge) options="--help --config --admin --set --json --soft" ;;
            *) options="--help --config --admin --set --json" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    if [[ $command == route ]]; then
        for ((i = 2; i < COMP_CWORD; i++)); do
            case ${COMP_WORDS[i]} in
                --set | -H) i=$((i + 1)) ;;
                -*) ;;
                *) words=$((words + 1)) ;;
            esac
        done
        case $words in
            0) command=check ;;                              # a file, as that takes one
            1) mapfile -t COMPREPLY < <(compgen -W "GET HEAD POST PUT DELETE PATCH OPTIONS" -- "$word") ;;
        esac
    fi
    case $command in
        "") mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word") ;;
        run | check | show | cert | health | status | reload | stop)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
    esac
}
complete -F _weir weir
