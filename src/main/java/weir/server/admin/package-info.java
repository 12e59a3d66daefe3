/** The admin listener's part of the server: who may ask, what there is to ask for, and the thread on which it is done. JSON over HTTP. */
package weir.server.admin;
