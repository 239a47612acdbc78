using NnUNet.Cli.Frame;

return ProgramEnd.Leave(CommandLine.Run(args, Terminal.System()));
