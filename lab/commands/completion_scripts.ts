/**
 * The scripts by which shells complete: each asks `plumbline complete -- WORDS…` for the words that
 * fit, one a line with what it says behind a tab, and falls back to files where none does.
 */
export const SCRIPTS = {
  bash: `_plumbline() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(plumbline complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${#COMPREPLY[@]}" = 0 ]; then
    compopt -o default
  elif [[ "\${COMPREPLY[0]}" == */ ]]; then
    compopt -o nospace
  fi
}
complete -F _plumbline plumbline`,
  zsh: `_plumbline() {
  local -a found
  local line
  for line in "\${(@f)$(plumbline complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then
    _describe plumbline found
  else
    _files
  fi
}
compdef _plumbline plumbline`,
  fish: `function __plumbline_words
  plumbline complete -- (commandline --tokenize --cut-at-cursor --current-process)[2..-1] (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --command plumbline --arguments '(__plumbline_words)'`,
} as const;
