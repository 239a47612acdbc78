using NnUNet.Web.Frame;

return await WebProgram.RunAsync(args, Console.In, Console.Out, Console.Error).ConfigureAwait(false);
