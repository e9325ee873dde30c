# Trains the model PROGRAM in the repository's folder by 1 thread and by 2. Fails unless both print the same and draw
# the same curve, and the model is better than the tables of counts. FOLDER gets what the runs write.
foreach(threads IN ITEMS 1 2)
  execute_process(COMMAND ${PROGRAM} --threads ${threads} --output ${FOLDER}/${threads} --prompt "The crow sat on the"
    WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../..
    OUTPUT_VARIABLE output_${threads} ERROR_VARIABLE error RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} ended with ${result}: ${error}")
  endif()
  foreach(file IN ITEMS curve.csv curve.svg)
    file(SHA256 ${FOLDER}/${threads}/${file} ${file}_${threads})
  endforeach()
endforeach()
if(NOT output_1 STREQUAL output_2)
  message(FATAL_ERROR "1 thread:\n${output_1}\n2 threads:\n${output_2}")
endif()
foreach(file IN ITEMS curve.csv curve.svg)
  if(NOT ${file}_1 STREQUAL ${file}_2)
    message(FATAL_ERROR "1 and 2 threads drew different ${file}")
  endif()
endforeach()
foreach(line IN ITEMS
    "^9140 examples to learn from, 130 windows held out, 2019 ids\n"
    "\nalways 'the': 6\\.15 %\n" "\nbigram table: 6\\.92 %\n"
    "\n    6 +[45]\\.[0-9]+ +6\\.[0-9]+ +[0-9.]+ %\n"
    "\nthe model is better than the tables\n"
    "\nThe crow sat on the …( [^ \n]+)+\n$")
  if(NOT output_1 MATCHES "${line}")
    message(FATAL_ERROR "expected '${line}' in:\n${output_1}")
  endif()
endforeach()
