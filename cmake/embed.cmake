# embed_files(VAR symbol base globs...): a C file with every matching file as a constant, and the
# table `const struct embedded_file <symbol>[]` that ends with a NULL name. VAR gets the C file's path.
function(embed_files var symbol base)
  set(files "")
  foreach(pattern ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS RELATIVE ${base} ${base}/${pattern})
    list(APPEND files ${found})
  endforeach()
  list(REMOVE_DUPLICATES files)
  list(SORT files)
  set(paths "")
  foreach(file ${files})
    list(APPEND paths ${base}/${file})
  endforeach()
  set(output ${CMAKE_BINARY_DIR}/generated/${symbol}.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSYMBOL=${symbol} -DBASE=${base} "-DFILES=${files}"
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    COMMENT "Embedding ${symbol}" VERBATIM)
  set(${var} ${output} PARENT_SCOPE)
endfunction()
