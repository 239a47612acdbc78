using NnUNet.Cli.Frame;

return ProgramStart.Run(args);
