using NnUNet.Cli.Frame;

return CommandLine.Run(args, Terminal.System());
